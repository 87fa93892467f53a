"""A skeleton's bones as matrices: what `geometry.kinematics` does joint by joint, in one product a frame."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import Skeleton
from kinelift.geometry.kinematics import mirrored_bones
from kinelift.lifting.per_stream import product


class BoneTree:
    """Takes bodies of one skeleton apart into bones and puts them together again."""

    def __init__(self, skeleton: Skeleton) -> None:
        count, bones = len(skeleton), skeleton.bones
        self.mirrored = np.array(mirrored_bones(skeleton))
        """For each bone the one on the other side."""
        self._vectors_from_joints = np.zeros((len(bones), count))
        self._joints_from_vectors = np.zeros((count, len(bones)))
        for bone, (parent, child) in enumerate(bones):
            self._vectors_from_joints[bone, [parent, child]] = -1.0, 1.0
            self._joints_from_vectors[child] = self._joints_from_vectors[parent]
            self._joints_from_vectors[child, bone] = 1.0
        self._ones = np.ones(3)

    def apart(
        self, joints: Float[np.ndarray, "stream joint 3"]
    ) -> tuple[Float[np.ndarray, "stream bone 3"], Float[np.ndarray, "stream bone"]]:
        """Return each bone's direction, zeros where it has no length, and its length."""
        vectors = product(self._vectors_from_joints, joints)
        lengths = np.sqrt((vectors * vectors).dot(self._ones))
        return vectors / np.maximum(lengths, 1e-300)[..., None], lengths

    def together(
        self, directions: Float[np.ndarray, "stream bone 3"], lengths: Float[np.ndarray, "stream bone"]
    ) -> Float[np.ndarray, "stream joint 3"]:
        """Return joints from their root, which is at 0."""
        return product(self._joints_from_vectors, directions * lengths[..., None])
