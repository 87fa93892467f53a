"""Acclaim ASF skeletons and AMC motion: read, then forward kinematics for every frame at once.

An ASF bone is drawn in the zero pose by a direction in world axes and a length; its own axes C are given by
`axis`. A frame turns it by M about those axes, so that its rotation is R = R_parent C M C^-1 and its end lies
at end_parent + R length direction. Source: the Acclaim format as described by
https://research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/ASF-AMC.html.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, cast

import numpy as np
from jaxtyping import Float

from kinelift.interop.euler import AxisName, rotation_from_euler

CMU_FPS = 120.0
"""AMC files carry no frame rate; the CMU database was exported at 120 frames a second."""

_METRES_PER_INCH = 0.0254


@dataclass(frozen=True)
class AsfSkeleton:
    """A calibrated skeleton: bones in the zero pose, each after its parent."""

    bone_names: tuple[str, ...]
    """The first is "root"; every other names a bone, and the joint at its far end."""
    parents: tuple[int, ...]
    """Index of each bone's parent, -1 for the root."""
    offsets: Float[np.ndarray, "bone 3"]
    """From the start to the end of each bone in the zero pose, metres, Y up. Zero for the root."""
    axes: Float[np.ndarray, "bone 3 3"]
    """Each bone's own axes in the zero pose, as columns."""
    channels: tuple[tuple[str, ...], ...]
    """What an AMC frame gives for each bone, in its order: tx ty tz rx ry rz. Empty for a rigid bone."""
    metres_per_unit: float
    """Length of one unit of the file."""
    radians_per_unit: float
    """One unit of angle of the file."""

    def __post_init__(self) -> None:
        counts = {
            len(self.bone_names),
            len(self.parents),
            len(self.offsets),
            len(self.axes),
            len(self.channels),
        }
        if len(counts) != 1:
            raise ValueError(f"AsfSkeleton: every field needs one entry a bone, got counts {sorted(counts)}")

    def __repr__(self) -> str:
        return f"AsfSkeleton({len(self.bone_names)} bones, {self.metres_per_unit:.5f} m a unit)"


@dataclass(frozen=True)
class AsfMotion:
    """Where every bone ends and how it is turned, frame by frame."""

    bone_names: tuple[str, ...]
    """As in the skeleton."""
    positions: Float[np.ndarray, "frame bone 3"]
    """The end of each bone (the root's own position first), metres, Y up."""
    rotations: Float[np.ndarray, "frame bone 3 3"]
    """Each bone's turn away from the zero pose, world axes; the identity in the zero pose."""
    fps: float
    """Frames a second."""

    def __repr__(self) -> str:
        return f"AsfMotion(positions {self.positions.shape}, {self.fps:g} fps)"


def read_asf(path: Path) -> AsfSkeleton:
    """Read a skeleton file."""
    return parse_asf(Path(path).read_text(encoding="latin-1"), name=str(path))


def read_amc(path: Path, skeleton: AsfSkeleton, *, fps: float = CMU_FPS) -> AsfMotion:
    """Read a motion file made for `skeleton`."""
    return parse_amc(Path(path).read_text(encoding="latin-1"), skeleton, name=str(path), fps=fps)


def parse_asf(text: str, *, name: str) -> AsfSkeleton:
    """Read a skeleton from the text of an ASF file; `name` is what errors call it."""
    sections = _sections(text, name)
    for needed in ("units", "root", "bonedata", "hierarchy"):
        if needed not in sections:
            raise ValueError(f"{name}: not an ASF skeleton, the section :{needed} is missing")
    units = {words[0]: words[1:] for _, words in sections["units"]}
    metres_per_unit = _METRES_PER_INCH / (_numbers(units["length"], name, 0)[0] if "length" in units else 1.0)
    radians_per_unit = np.pi / 180 if units.get("angle", ["deg"])[0].startswith("deg") else 1.0
    bones = {"root": _root(sections["root"], name)}
    for bone_name, lines in _bone_blocks(sections["bonedata"], name):
        bones[bone_name] = _bone(bone_name, lines, name, metres_per_unit, radians_per_unit)
    order = _parents(sections["hierarchy"], bones, name)
    return AsfSkeleton(
        bone_names=tuple(order),
        parents=tuple(list(order).index(parent) if parent else -1 for parent in order.values()),
        offsets=np.stack([bones[bone].offset for bone in order]),
        axes=np.stack([bones[bone].axes for bone in order]),
        channels=tuple(bones[bone].channels for bone in order),
        metres_per_unit=metres_per_unit,
        radians_per_unit=radians_per_unit,
    )


def parse_amc(text: str, skeleton: AsfSkeleton, *, name: str, fps: float = CMU_FPS) -> AsfMotion:
    """Read a motion from the text of an AMC file; `name` is what errors call it."""
    return _forward_kinematics(skeleton, _amc_values(text, skeleton, name), fps)


_Line = tuple[int, list[str]]


@dataclass(frozen=True)
class _Bone:
    offset: Float[np.ndarray, "3"]
    axes: Float[np.ndarray, "3 3"]
    channels: tuple[str, ...]


def _sections(text: str, name: str) -> dict[str, list[_Line]]:
    """Split an ASF file at its `:section` lines into numbered lines of words; comments and blank lines go."""
    sections: dict[str, list[_Line]] = {}
    current: list[_Line] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#", maxsplit=1)[0].split()
        if words and words[0].startswith(":"):
            current = sections.setdefault(words[0][1:].lower(), [])
        elif words:
            current.append((number, words))
    if not sections:
        raise ValueError(f"{name}: not an ASF skeleton, no section such as :root in it")
    return sections


def _numbers(words: list[str], name: str, line: int, count: int = 1) -> list[float]:
    """Read the first `count` words as finite numbers."""
    try:
        numbers = [float(word) for word in words[:count]]
    except ValueError:
        numbers = []
    if len(numbers) != count or not np.all(np.isfinite(numbers)):
        raise ValueError(f"{name}: line {line}: expected {count} finite numbers, got {' '.join(words)!r}")
    return numbers


def _root(lines: list[_Line], name: str) -> _Bone:
    channels: tuple[str, ...] = ()
    for line, words in lines:
        match words[0].lower():
            case "order":
                channels = _channels(words[1:], name, line)
            case "position" | "orientation" if any(_numbers(words[1:], name, line, 3)):
                raise ValueError(
                    f"{name}: line {line}: a root with its own {words[0]} is not supported, only 0 0 0"
                )
    if not channels:
        raise ValueError(f"{name}: the section :root has no line `order`")
    return _Bone(np.zeros(3), np.eye(3), channels)


def _channels(words: list[str], name: str, line: int) -> tuple[str, ...]:
    channels = tuple(word.lower() for word in words)
    if not set(channels) <= {"tx", "ty", "tz", "rx", "ry", "rz"}:
        raise ValueError(f"{name}: line {line}: channels may be tx ty tz rx ry rz, got {' '.join(words)!r}")
    return channels


def _bone_blocks(lines: list[_Line], name: str) -> Iterator[tuple[str, dict[str, _Line]]]:
    """Yield each begin ... end block as its name and its lines by their first word."""
    block: dict[str, _Line] | None = None
    for line, words in lines:
        keyword = words[0].lower()
        if keyword == "begin":
            block = {}
        elif block is None:
            raise ValueError(f"{name}: line {line}: expected `begin`, got {' '.join(words)!r}")
        elif keyword == "end":
            if "name" not in block:
                raise ValueError(f"{name}: line {line}: a bone ends here that has no name")
            yield block["name"][1][0], block
            block = None
        else:
            block[keyword] = (line, words[1:])
    if block is not None:
        raise ValueError(f"{name}: line {lines[-1][0]}: the file breaks off inside a bone")


def _bone(
    bone: str, lines: dict[str, _Line], name: str, metres_per_unit: float, radians_per_unit: float
) -> _Bone:
    for needed in ("direction", "length", "axis"):
        if needed not in lines:
            raise ValueError(f"{name}: line {lines['name'][0]}: bone {bone} has no line `{needed}`")
    line, words = lines["direction"]
    direction = np.array(_numbers(words, name, line, 3))
    line, words = lines["length"]
    length = _numbers(words, name, line)[0]
    line, words = lines["axis"]
    angles = np.array(_numbers(words, name, line, 3)) * radians_per_unit
    order = words[3].lower() if len(words) > 3 else "xyz"
    if sorted(order) != ["x", "y", "z"]:
        raise ValueError(f"{name}: line {line}: expected an order of axes such as XYZ, got {words[3]!r}")
    # Listed as turns about fixed axes, first one first: the product is written the other way round.
    axes = rotation_from_euler(cast(tuple[AxisName, ...], tuple(reversed(order))), angles[::-1])
    line, words = lines.get("dof", (0, []))
    return _Bone(direction * length * metres_per_unit, axes, _channels(words, name, line))


def _parents(lines: list[_Line], bones: dict[str, _Bone], name: str) -> dict[str, str]:
    """Read the hierarchy as parent names by bone name, parents first."""
    parents = {"root": ""}
    for line, words in lines:
        if words[0].lower() in ("begin", "end"):
            continue
        parent, *children = words
        if parent not in parents:
            raise ValueError(f"{name}: line {line}: {parent} is given children before it has a parent itself")
        for child in children:
            if child not in bones:
                raise ValueError(f"{name}: line {line}: {child} is not a bone of :bonedata")
            if child in parents:
                raise ValueError(f"{name}: line {line}: {child} has two parents")
            parents[child] = parent
    missing = sorted(set(bones) - set(parents))
    if missing:
        raise ValueError(f"{name}: the hierarchy leaves out {', '.join(missing)}")
    return parents


def _amc_values(text: str, skeleton: AsfSkeleton, name: str) -> dict[str, Float[np.ndarray, "frame channel"]]:
    """Read every frame's values by bone.

    Every frame repeats the first one's layout, so the file is split once and reshaped; only when that fails
    is it walked line by line to say where.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.strip() and line.strip()[0] not in "#:"), None)
    if start is None or not lines[start].strip().isdigit():
        found = f"line {start + 1} is {lines[start].strip()[:40]!r}" if start is not None else "it is empty"
        raise ValueError(f"{name}: not an AMC motion, no frame number where the first frame begins: {found}")
    layout: list[tuple[str, int]] = []
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        words = line.split()
        if len(words) == 1 and words[0].isdigit():
            break
        if words and words[0] in (bone for bone, _ in layout):
            raise ValueError(f"{name}: line {number}: a second line for {words[0]} in the same frame")
        if words:
            layout.append((words[0], _channel_count(words[0], skeleton, name, number)))
    given = {bone for bone, _ in layout}
    for bone, channels in zip(skeleton.bone_names, skeleton.channels, strict=True):
        if channels and bone not in given:
            raise ValueError(f"{name}: line {start + 1}: this frame has no line for {bone}")

    tokens = np.array(" ".join(lines[start:]).split(), dtype=object)
    per_frame = 1 + sum(1 + count for _, count in layout)
    if len(tokens) % per_frame:
        _raise_at_fault(lines, start, layout, name)
    table = tokens.reshape(-1, per_frame)
    values = {}
    column = 1
    for bone, count in layout:
        if not np.all(table[:, column] == bone):
            _raise_at_fault(lines, start, layout, name)
        try:
            values[bone] = table[:, column + 1 : column + 1 + count].astype(np.float64)
        except ValueError:
            _raise_at_fault(lines, start, layout, name)
        if not np.isfinite(values[bone]).all():
            _raise_at_fault(lines, start, layout, name)
        column += 1 + count
    return values


def _channel_count(bone: str, skeleton: AsfSkeleton, name: str, line: int) -> int:
    if bone not in skeleton.bone_names:
        raise ValueError(f"{name}: line {line}: {bone!r} is not a bone of this skeleton")
    return len(skeleton.channels[skeleton.bone_names.index(bone)])


def _raise_at_fault(lines: list[str], start: int, layout: list[tuple[str, int]], name: str) -> NoReturn:
    """Walk the frames and raise at the first line that breaks the first frame's layout."""
    expected = 0
    for number, line in enumerate(lines[start:], start=start + 1):
        words = line.split()
        if not words:
            continue
        if expected == 0:
            if len(words) != 1 or not words[0].isdigit():
                raise ValueError(f"{name}: line {number}: expected a frame number, got {line.strip()!r}")
        else:
            bone, count = layout[expected - 1]
            if words[0] != bone:
                raise ValueError(
                    f"{name}: line {number}: expected {bone} as in the first frame, got {words[0]!r}"
                )
            if len(words) - 1 != count:
                raise ValueError(f"{name}: line {number}: {bone} needs {count} numbers, got {len(words) - 1}")
            _numbers(words[1:], name, number, count)
        expected = (expected + 1) % (len(layout) + 1)
    raise ValueError(f"{name}: line {len(lines)}: the file breaks off inside a frame")


def _forward_kinematics(
    skeleton: AsfSkeleton, values: dict[str, Float[np.ndarray, "frame channel"]], fps: float
) -> AsfMotion:
    frames = len(values["root"])
    bones = len(skeleton.bone_names)
    positions = np.zeros((frames, bones, 3))
    rotations = np.zeros((frames, bones, 3, 3))
    for index, (bone, parent) in enumerate(zip(skeleton.bone_names, skeleton.parents, strict=True)):
        axes = skeleton.axes[index]
        turn = axes @ _turn(skeleton, index, values.get(bone)) @ axes.T
        if parent < 0:
            rotations[:, index] = turn
            positions[:, index] = _translation(skeleton, index, values[bone])
        else:
            rotations[:, index] = rotations[:, parent] @ turn
            positions[:, index] = positions[:, parent] + rotations[:, index] @ skeleton.offsets[index]
    return AsfMotion(skeleton.bone_names, positions, rotations, fps)


def _turn(
    skeleton: AsfSkeleton, index: int, values: Float[np.ndarray, "frame channel"] | None
) -> Float[np.ndarray, "*frame 3 3"]:
    """The bone's motion M about its own axes: turns in the order of its channels, about fixed axes."""
    if values is None:
        return np.eye(3)
    columns = [i for i, channel in enumerate(skeleton.channels[index]) if channel[0] == "r"][::-1]
    order = cast(tuple[AxisName, ...], tuple(skeleton.channels[index][i][1] for i in columns))
    return rotation_from_euler(order, values[:, columns] * skeleton.radians_per_unit)


def _translation(
    skeleton: AsfSkeleton, index: int, values: Float[np.ndarray, "frame channel"]
) -> Float[np.ndarray, "frame 3"]:
    translation = np.zeros((len(values), 3))
    for column, channel in enumerate(skeleton.channels[index]):
        if channel[0] == "t":
            translation[:, "xyz".index(channel[1])] = values[:, column] * skeleton.metres_per_unit
    return translation
