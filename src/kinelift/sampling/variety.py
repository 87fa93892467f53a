"""Poses that nobody was captured in: limbs exchanged, joints turned further, bodies sat down.

Motion capture has far fewer poses than people strike, but each limb moves in much the same ways whatever the others do
(Zeng et al., ECCV 2020; Li et al., CVPR 2020). So limbs move on as some other clip's did, and whole limbs are turned
about their sockets by angles that hold through the clip, while knees and elbows keep within what hinges allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import MOCAP_20
from kinelift.sampling.draws import some
from kinelift.sampling.recombination import pelvis_axes, unit

Joints = Float[np.ndarray, "clip frame 20 3"]
Axes = Float[np.ndarray, "clip frame 3 3"]

_AT = {name: index for index, name in enumerate(MOCAP_20.names)}
_SIDES = ("left", "right")
_TRUNK = tuple(
    _AT[name]
    for name in ("thorax", "neck", "head", "head_top")
    + tuple(f"{side}_{joint}" for side in _SIDES for joint in ("shoulder", "elbow", "wrist"))
)
STRAIGHTEST, MOST_BENT = np.radians(2.0), np.radians(150.0)
"""Flexion of knees and elbows, between which a hinge may be turned further."""

_USUAL_SAY = 0.15
"""Say of the usual axis of a hinge, beside the sine of its flexion."""


@dataclass(frozen=True)
class VarietyConfig:
    """How often, and how far, poses leave what was captured. Angles are standard deviations."""

    arms: float = 0.3
    """Share of arms that move as an arm of another clip does, of either side."""
    legs: float = 0.15
    """Share of legs, likewise."""
    turned: float = 0.4
    """Share of clips whose joints are turned further."""
    trunk_degrees: float = 10.0
    """The trunk about the spine's lower end."""
    head_degrees: float = 8.0
    """The head about the neck."""
    upper_arm_degrees: float = 22.0
    """Arms about the shoulders."""
    thigh_degrees: float = 13.0
    """Legs about the hips."""
    hinge_degrees: float = 18.0
    """Knees and elbows."""
    sat: float = 0.06
    """Share of clips whose hips and knees are bent as if they sat or squatted."""


def vary(
    joints: Joints, head_axes: Axes, config: VarietyConfig, rng: np.random.Generator
) -> tuple[Joints, Axes]:
    """Return poses and head axes with limbs exchanged, joints turned and bodies sat down; bones keep their lengths."""
    joints, head_axes = joints.copy(), head_axes.copy()
    _exchange(joints, ("shoulder", "elbow", "wrist"), chest_axes(joints), config.arms, rng)
    _exchange(joints, ("hip", "knee", "ankle", "toe"), pelvis_axes(joints), config.legs, rng)
    clips = some(len(joints), config.turned, rng)
    part, heads = joints[clips], head_axes[clips]
    _turn_joints(part, heads, config, rng)
    joints[clips], head_axes[clips] = part, heads
    clips = some(len(joints), config.sat, rng)
    part = joints[clips]
    _sit(part, rng)
    joints[clips] = part
    return joints, head_axes


def chest_axes(joints: Joints) -> Axes:
    """Return the chest's axes as columns: left along the shoulders, up, forward."""
    left = unit(joints[..., _AT["left_shoulder"], :] - joints[..., _AT["right_shoulder"], :])
    up = joints[..., _AT["neck"], :] - joints[..., _AT["spine"], :]
    forward = unit(np.cross(left, up))
    return np.stack([left, np.cross(forward, left), forward], -1)


def rotations(vectors: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Return the matrices of rotation vectors (axis times angle in radians), by Rodrigues' formula."""
    angle = np.sqrt(np.einsum("...k,...k->...", vectors, vectors))[..., None]
    x, y, z = np.moveaxis(vectors / np.maximum(angle, 1e-9), -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*vectors.shape[:-1], 3, 3)
    sin, cos = np.sin(angle)[..., None], np.cos(angle)[..., None]
    return (np.eye(3, dtype=vectors.dtype) + sin * cross + (1.0 - cos) * (cross @ cross)).astype(
        vectors.dtype
    )


def _exchange(
    joints: Joints, chain: tuple[str, ...], axes: Axes, share: float, rng: np.random.Generator
) -> None:
    """Let some limbs move about their sockets as a limb of another clip does, mirrored if it is of the other side."""
    captured = joints.copy()
    for side, opposite in (_SIDES, _SIDES[::-1]):
        clips = some(len(joints), share, rng)
        donors = rng.integers(0, len(joints), len(clips))
        other = rng.random(len(clips)) < 0.5
        limb, others = ([_AT[f"{s}_{name}"] for name in chain] for s in (side, opposite))
        taken = np.where(other[:, None], others, limb)
        bones = captured[donors[:, None, None], np.arange(joints.shape[1])[:, None], taken[:, None]]
        local = (bones[:, :, 1:] - bones[:, :, :1]) @ axes[donors]
        local[other, ..., 0] *= -1.0
        moved = local @ np.swapaxes(axes[clips], -1, -2)
        moved += joints[clips[:, None], :, limb[0]].transpose(0, 2, 1, 3)
        joints[clips[:, None], :, limb[1:]] = moved.transpose(0, 2, 1, 3)


def _turn_joints(joints: Joints, head_axes: Axes, config: VarietyConfig, rng: np.random.Generator) -> None:
    """Turn every limb of these clips about its socket, trunk first, and bend its hinge."""
    pelvis = pelvis_axes(joints)
    turn = _drawn(pelvis, config.trunk_degrees, rng)
    _turn(joints, "spine", _TRUNK, turn)
    head_axes[:] = turn @ head_axes
    chest = chest_axes(joints)
    turn = _drawn(chest, config.head_degrees, rng)
    _turn(joints, "neck", (_AT["head"], _AT["head_top"]), turn)
    head_axes[:] = turn @ head_axes
    for side in _SIDES:
        arm = tuple(_AT[f"{side}_{name}"] for name in ("elbow", "wrist"))
        _turn(joints, f"{side}_shoulder", arm, _drawn(chest, config.upper_arm_degrees, rng))
        _bend(
            joints,
            (f"{side}_shoulder", *arm),
            _angles(len(joints), config.hinge_degrees, rng),
            -chest[..., 0],
        )
        leg = tuple(_AT[f"{side}_{name}"] for name in ("knee", "ankle", "toe"))
        _turn(joints, f"{side}_hip", leg, _drawn(pelvis, config.thigh_degrees, rng))
        _bend(joints, (f"{side}_hip", *leg), _angles(len(joints), config.hinge_degrees, rng), pelvis[..., 0])


def _sit(joints: Joints, rng: np.random.Generator) -> None:
    """Raise both thighs in front and bend the knees below them."""
    clips = len(joints)
    axes = pelvis_axes(joints)
    raised = np.radians(rng.uniform(30.0, 100.0, clips)).astype(joints.dtype)
    bent = np.radians(rng.uniform(20.0, 110.0, clips)).astype(joints.dtype)
    for side in _SIDES:
        vector = np.zeros((clips, 1, 3), joints.dtype)
        vector[:, 0, 0] = -raised - _angles(clips, 6.0, rng)
        leg = tuple(_AT[f"{side}_{name}"] for name in ("knee", "ankle", "toe"))
        _turn(joints, f"{side}_hip", leg, _local(axes, rotations(vector)))
        _bend(joints, (f"{side}_hip", *leg), bent + _angles(clips, 10.0, rng), axes[..., 0])


def _angles(count: int, degrees: float, rng: np.random.Generator) -> Float[np.ndarray, " clip"]:
    return np.radians(rng.normal(0.0, degrees, count)).astype(np.float32)


def _drawn(axes: Axes, degrees: float, rng: np.random.Generator) -> Axes:
    """Draw one rotation a clip, held through it in the axes of the body part that the limb hangs from."""
    vectors = rng.normal(0.0, np.radians(degrees), (len(axes), 1, 3)).astype(axes.dtype)
    return _local(axes, rotations(vectors))


def _local(axes: Axes, turn: Float[np.ndarray, "clip 1 3 3"]) -> Axes:
    return axes @ turn @ np.swapaxes(axes, -1, -2)


def _turn(joints: Joints, socket: str, moved: tuple[int, ...], turn: Axes) -> None:
    at = joints[:, :, [_AT[socket]]]
    joints[:, :, moved] = at + (joints[:, :, moved] - at) @ np.swapaxes(turn, -1, -2)


def _bend(
    joints: Joints,
    limb: tuple[str | int, ...],
    more: Float[np.ndarray, " clip"],
    usual_axis: Float[np.ndarray, "clip frame 3"],
) -> None:
    """Bend a limb's hinge further about its own axis, or less, as far as hinges go.

    A straight limb shows no axis to bend about, so the usual one has a say.
    """
    socket, hinge, end, *rest = (_AT[joint] if isinstance(joint, str) else joint for joint in limb)
    upper = unit(joints[:, :, hinge] - joints[:, :, socket])
    lower = unit(joints[:, :, end] - joints[:, :, hinge])
    across = np.cross(upper, lower)
    flexion = np.arctan2(
        np.sqrt(np.einsum("...k,...k->...", across, across)), np.einsum("...k,...k->...", upper, lower)
    )
    change = np.clip(flexion + more[:, None], STRAIGHTEST, MOST_BENT) - flexion
    turn = rotations(unit(across + _USUAL_SAY * usual_axis) * change[..., None])
    _turn(joints, MOCAP_20.names[hinge], (end, *rest), turn)
