"""Biovision BVH motion: read, then forward kinematics for every frame at once.

A joint's rotation channels multiply in the order in which they are listed, R = R_parent R1 R2 R3, and its
position is p_parent + R_parent offset. Position channels, at the root or at any joint, take the place of the
offset along their axes, which is how the programs that write them mean it: their offsets are the rest pose's
copy of the same numbers.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, cast

import numpy as np
from jaxtyping import Float

from kinelift.interop.euler import AxisName, rotation_from_euler

Unit = Literal["metres", "centimetres", "millimetres", "inches"]

METRES_PER_UNIT: dict[Unit, float] = {
    "metres": 1.0,
    "centimetres": 0.01,
    "millimetres": 0.001,
    "inches": 0.0254,
}

_CHANNEL_NAMES = ("Xposition", "Yposition", "Zposition", "Xrotation", "Yrotation", "Zrotation")


@dataclass(frozen=True)
class BvhSkeleton:
    """The joints of a BVH file, each after its parent. An End Site is named after its joint: hand_end."""

    joint_names: tuple[str, ...]
    """Unique names, the root first."""
    parents: tuple[int, ...]
    """Index of each joint's parent, -1 for the root."""
    offsets: Float[np.ndarray, "joint 3"]
    """From the parent to the joint in the rest pose, metres."""
    channels: tuple[tuple[str, ...], ...]
    """The channels of each joint in the file's order, such as Zrotation. Empty at an end."""

    def __post_init__(self) -> None:
        counts = {len(self.joint_names), len(self.parents), len(self.offsets), len(self.channels)}
        if len(counts) != 1:
            raise ValueError(f"BvhSkeleton: every field needs one entry a joint, got counts {sorted(counts)}")

    def __repr__(self) -> str:
        return f"BvhSkeleton({len(self.joint_names)} joints, root {self.joint_names[0]})"


@dataclass(frozen=True)
class BvhMotion:
    """Where every joint is and how it is turned, frame by frame."""

    skeleton: BvhSkeleton
    """Names, parents, rest pose and channels."""
    positions: Float[np.ndarray, "frame joint 3"]
    """Joint positions in the file's world, metres."""
    local_rotations: Float[np.ndarray, "frame joint 3 3"]
    """Each joint's turn relative to its parent; the identity in the rest pose and at ends."""
    rotations: Float[np.ndarray, "frame joint 3 3"]
    """Each joint's turn relative to the world."""
    frame_seconds: float
    """Time from one frame to the next."""

    @property
    def fps(self) -> float:
        """Frames a second."""
        return 1.0 / self.frame_seconds

    def index(self, joint: str) -> int:
        """Find a joint by name."""
        if joint not in self.skeleton.joint_names:
            raise ValueError(f"no joint {joint!r} in this BVH; it has {', '.join(self.skeleton.joint_names)}")
        return self.skeleton.joint_names.index(joint)

    def __repr__(self) -> str:
        return f"BvhMotion(positions {self.positions.shape}, {self.fps:g} fps)"


def read_bvh(path: Path, *, units: Unit = "centimetres") -> BvhMotion:
    """Read a BVH file. The format does not state its unit of length; centimetres are the habit."""
    return parse_bvh(Path(path).read_text(encoding="latin-1"), name=str(path), units=units)


def parse_bvh(text: str, *, name: str, units: Unit = "centimetres") -> BvhMotion:
    """Read a motion from the text of a BVH file; `name` is what errors call it."""
    lines = text.splitlines()
    if not lines or not text.lstrip("\ufeffï»¿ \t\r\n").upper().startswith("HIERARCHY"):
        raise ValueError(f"{name}: line 1: not a BVH file, it does not begin with HIERARCHY")
    motion_line = next((i for i, line in enumerate(lines) if line.strip().upper() == "MOTION"), None)
    if motion_line is None:
        raise ValueError(f"{name}: line {len(lines)}: the file breaks off before its MOTION section")
    skeleton = _skeleton(lines[:motion_line], name, METRES_PER_UNIT[units])
    frame_seconds, values = _motion_values(lines, motion_line, skeleton, name)
    return _forward_kinematics(skeleton, values, frame_seconds, METRES_PER_UNIT[units])


def _skeleton(lines: list[str], name: str, metres_per_unit: float) -> BvhSkeleton:
    names: list[str] = []
    parents: list[int] = []
    offsets: dict[int, list[float]] = {}
    channels: dict[int, tuple[str, ...]] = {}
    open_joints: list[int] = []
    declared = -1  # the joint that the next brace opens
    for number, line in enumerate(lines, start=1):
        words = line.split()
        where = f"{name}: line {number}"
        if not words or "HIERARCHY" in words[0].upper():
            continue
        match words[0].upper():
            case "ROOT" | "JOINT" | "END":
                if (words[0].upper() == "ROOT") != (not names):
                    raise ValueError(
                        f"{where}: a BVH file has one ROOT, its first joint; got {line.strip()!r}"
                    )
                if names and not open_joints:
                    raise ValueError(f"{where}: {line.strip()!r} stands outside the braces of the root")
                parents.append(open_joints[-1] if open_joints else -1)
                is_end = words[0].upper() == "END"
                joint = f"{names[parents[-1]]}_end" if is_end else "_".join(words[1:])
                if joint in names or not joint:
                    raise ValueError(
                        f"{where}: joint names must be unique and not empty, got {joint!r} again"
                    )
                names.append(joint)
                declared = len(names) - 1
            case "{":
                if declared < 0:
                    raise ValueError(f"{where}: a brace opens that belongs to no joint")
                open_joints.append(declared)
                declared = -1
            case "}":
                if not open_joints:
                    raise ValueError(f"{where}: a brace closes that was never opened")
                open_joints.pop()
            case "OFFSET" if open_joints:
                offsets[open_joints[-1]] = _numbers(words[1:], 3, where)
            case "CHANNELS" if open_joints:
                channels[open_joints[-1]] = _channels(words[1:], where)
            case _:
                raise ValueError(f"{where}: not understood in the HIERARCHY section: {line.strip()!r}")
    if not names or open_joints or declared >= 0:
        raise ValueError(f"{name}: line {len(lines)}: the HIERARCHY section breaks off")
    without_offset = [joint for i, joint in enumerate(names) if i not in offsets]
    if without_offset:
        raise ValueError(f"{name}: no OFFSET for {', '.join(without_offset)}")
    return BvhSkeleton(
        joint_names=tuple(names),
        parents=tuple(parents),
        offsets=np.array([offsets[i] for i in range(len(names))]) * metres_per_unit,
        channels=tuple(channels.get(i, ()) for i in range(len(names))),
    )


def _channels(words: list[str], where: str) -> tuple[str, ...]:
    canonical = {channel.lower(): channel for channel in _CHANNEL_NAMES}
    if not words or not words[0].isdigit() or int(words[0]) != len(words) - 1:
        raise ValueError(f"{where}: CHANNELS needs a count and as many names, got {' '.join(words)!r}")
    unknown = [word for word in words[1:] if word.lower() not in canonical]
    if unknown:
        raise ValueError(f"{where}: channel {unknown[0]!r} is none of {', '.join(_CHANNEL_NAMES)}")
    return tuple(canonical[word.lower()] for word in words[1:])


def _numbers(words: list[str], count: int, where: str) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        bad = next(word for word in words if not _is_number(word))
        raise ValueError(f"{where}: {bad!r} is not a number") from None
    if len(numbers) != count:
        raise ValueError(f"{where}: expected {count} numbers, got {len(numbers)}")
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{where}: every number must be finite, found NaN or infinity")
    return numbers


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _motion_values(
    lines: list[str], motion_line: int, skeleton: BvhSkeleton, name: str
) -> tuple[float, Float[np.ndarray, "frame channel"]]:
    """Read `Frames:`, `Frame Time:` and the rows after them."""
    width = sum(len(channels) for channels in skeleton.channels)
    if width == 0:
        raise ValueError(f"{name}: no joint has any CHANNELS, there is no motion to read")
    header = {}
    row = motion_line + 1
    while row < len(lines) and len(header) < 2:
        if lines[row].strip():
            key, _, value = lines[row].partition(":")
            key = " ".join(key.split()).lower()
            if key not in ("frames", "frame time"):
                break
            header[key] = _numbers(value.split(), 1, f"{name}: line {row + 1}")[0]
        row += 1
    if len(header) != 2:
        raise ValueError(f"{name}: line {row}: expected `Frames:` and `Frame Time:` after MOTION")
    frames, frame_seconds = header["frames"], header["frame time"]
    if frame_seconds <= 0 or frames < 1 or frames != int(frames):
        raise ValueError(
            f"{name}: line {motion_line + 2}: needs at least one frame and a positive frame time, "
            f"got {frames:g} frames of {frame_seconds:g} s"
        )
    try:
        values = np.array([float(word) for line in lines[row:] for word in line.split()])
    except ValueError:
        _raise_at_fault(lines, row, width, int(frames), name)
    if values.size != int(frames) * width or not np.isfinite(values).all():
        _raise_at_fault(lines, row, width, int(frames), name)
    return frame_seconds, values.reshape(int(frames), width)


def _raise_at_fault(lines: list[str], first: int, width: int, frames: int, name: str) -> NoReturn:
    """Walk the rows and raise at the first that is not `width` finite numbers."""
    rows = [
        (number, line.split()) for number, line in enumerate(lines[first:], start=first + 1) if line.strip()
    ]
    for number, words in rows:
        _numbers(words, width, f"{name}: line {number}")
    raise ValueError(f"{name}: line {len(lines)}: `Frames:` announces {frames}, the file holds {len(rows)}")


def _forward_kinematics(
    skeleton: BvhSkeleton,
    values: Float[np.ndarray, "frame channel"],
    frame_seconds: float,
    metres_per_unit: float,
) -> BvhMotion:
    shape = (len(values), len(skeleton.joint_names))
    positions = np.zeros((*shape, 3))
    local_rotations = np.zeros((*shape, 3, 3)) + np.eye(3)
    rotations = np.zeros((*shape, 3, 3))
    column = 0
    for index, (parent, channels) in enumerate(zip(skeleton.parents, skeleton.channels, strict=True)):
        own = values[:, column : column + len(channels)]
        column += len(channels)
        turning = [i for i, channel in enumerate(channels) if channel.endswith("rotation")]
        order = cast(tuple[AxisName, ...], tuple(channels[i][0].lower() for i in turning))
        local_rotations[:, index] = rotation_from_euler(order, np.radians(own[:, turning]))
        offset = np.tile(skeleton.offsets[index], (len(values), 1))
        for i, channel in enumerate(channels):
            if channel.endswith("position"):
                offset[:, "XYZ".index(channel[0])] = own[:, i] * metres_per_unit
        if parent < 0:
            rotations[:, index] = local_rotations[:, index]
            positions[:, index] = offset
        else:
            rotations[:, index] = rotations[:, parent] @ local_rotations[:, index]
            positions[:, index] = positions[:, parent] + (rotations[:, parent] @ offset[..., None])[..., 0]
    return BvhMotion(skeleton, positions, local_rotations, rotations, frame_seconds)
