"""Bones: the vectors between a skeleton's joints, their lengths, and joints rebuilt from them.

Bones are in the order of `skeleton.bones`: parents before their children, none for a root.
"""

from __future__ import annotations

from typing import Any

from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.namespace import namespace
from kinelift.geometry.rotations import unit_vectors

LEGS_OF_STATURE = 0.491
"""What thigh and shank make of stature (0.245 and 0.246; Winter, Biomechanics and Motor Control, 2009, after Drillis
and Contini)."""


def bone_vectors(joints: Float[Any, "... joint axis"], skeleton: Skeleton) -> Float[Any, "... bone axis"]:
    """Return each bone's vector from parent to child."""
    if joints.shape[-2] != len(skeleton):
        raise ValueError(
            f"joints: {len(skeleton)} expected by {skeleton.name}, got {tuple(joints.shape)}. "
            "Name the skeleton they are really in."
        )
    parents, children = zip(*skeleton.bones, strict=True)
    return joints[..., list(children), :] - joints[..., list(parents), :]


def bone_lengths(joints: Float[Any, "... joint axis"], skeleton: Skeleton) -> Float[Any, "... bone"]:
    """Return each bone's length."""
    return namespace(joints).linalg.norm(bone_vectors(joints, skeleton), axis=-1)


def bone_directions(joints: Float[Any, "... joint axis"], skeleton: Skeleton) -> Float[Any, "... bone axis"]:
    """Return each bone's unit vector from parent to child; zeros for a bone without length."""
    return unit_vectors(bone_vectors(joints, skeleton))


def symmetric_bone_lengths(
    joints: Float[Any, "... frame joint axis"], skeleton: Skeleton
) -> Float[Any, "... bone"]:
    """Return each bone's median length over the frames, left and right made equal by their mean."""
    median = namespace(joints).quantile(bone_lengths(joints, skeleton), 0.5, axis=-2)
    return (median + median[..., list(mirrored_bones(skeleton))]) / 2.0


def mirrored_bones(skeleton: Skeleton) -> tuple[int, ...]:
    """For each bone the index of the bone between the mirrored joints, or its own where there is none."""
    indices = {frozenset(bone): index for index, bone in enumerate(skeleton.bones)}
    sides = skeleton.mirrored
    return tuple(
        indices.get(frozenset((sides[p], sides[c])), indices[frozenset((p, c))]) for p, c in skeleton.bones
    )


def rebuild_joints(
    root: Float[Any, "... axis"],
    directions: Float[Any, "... bone axis"],
    lengths: Float[Any, "... bone"],
    skeleton: Skeleton,
) -> Float[Any, "... joint axis"]:
    """Return joints that start at the root and follow each bone's unit direction for its length.

    lengths (bone,) serve every frame; (..., 1, bone) a batch of clips.
    """
    roots = [joint for joint in range(len(skeleton)) if skeleton.parents[joint] < 0]
    if len(roots) != 1:
        raise ValueError(
            f"{skeleton.name} has {len(roots)} roots; rebuilding needs one tree, such as h36m_17."
        )
    vectors = directions * lengths[..., None]
    placed = {roots[0]: root}
    for bone, (parent, child) in enumerate(skeleton.bones):
        placed[child] = placed[parent] + vectors[..., bone, :]
    return namespace(root).stack([placed[joint] for joint in range(len(skeleton))], axis=-2)
