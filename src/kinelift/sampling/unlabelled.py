"""Clips of keypoints without any joints beside them, and labelled sequences that come with such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from kinelift.body.camera import Camera, Human36mDistortion
from kinelift.datasets.studio import Seen
from kinelift.geometry.projection import normalize_to_width
from kinelift.sampling.sequences import Sequences


@dataclass(frozen=True, eq=False)
class Unlabelled:
    """Clips laid end to end."""

    joints: Float[np.ndarray, "frame joint 2"]
    """On the screen normalised to the image's width."""
    lengths: Int[np.ndarray, " clip"]
    """Frames of each clip."""
    intrinsics: Float[np.ndarray, "clip 9"]
    """Each clip's lens, as `kinelift.losses.reprojection` takes it."""

    def __post_init__(self) -> None:
        if len(self.joints) != int(self.lengths.sum()) or len(self.intrinsics) != len(self.lengths):
            raise ValueError(
                f"joints {self.joints.shape} and intrinsics {self.intrinsics.shape} must have the "
                f"{int(self.lengths.sum())} frames and {len(self.lengths)} clips that `lengths` says."
            )


@dataclass(frozen=True, eq=False)
class HalfLabelled(Sequences):
    """Labelled sequences with their roots, and unlabelled ones to learn from beside them."""

    unlabelled: Unlabelled = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        count = 0 if self.roots is None else len(self.roots)
        if count != len(self.targets):
            raise ValueError(f"roots: {len(self.targets)} expected beside targets, got {count}.")
        if self.unlabelled.joints.shape[1:] != self.joints.shape[1:]:
            raise ValueError(
                f"unlabelled: keypoints {self.joints.shape[1:]} as the labelled ones expected, "
                f"got {self.unlabelled.joints.shape[1:]}."
            )


def unlabelled_sequences(seen: Sequence[Seen], field_of_view_degrees: float | None) -> Unlabelled:
    """Lay clips end to end; lenses that are not known get the field of view that is stated, if any is."""
    if not seen:
        raise ValueError("unlabelled: no clip to learn from.")
    return Unlabelled(
        joints=np.concatenate([clip.keypoints for clip in seen]),
        lengths=np.array([len(clip.keypoints) for clip in seen]),
        intrinsics=np.stack([_intrinsics(clip, field_of_view_degrees) for clip in seen]),
    )


def screen_intrinsics(lens: Camera) -> Float[np.ndarray, " 9"]:
    """Return fx, fy, cx, cy, k1, k2, k3, p1, p2 of a lens on the screen normalised to its image's width."""
    match lens.distortion:
        case None:
            bent = (0.0,) * 5
        case Human36mDistortion(radial, tangential):
            bent = (*radial, *tangential)
        case _:
            raise ValueError(
                "lens: Human3.6M's distortion or none expected, got OpenCV's, whose tangential part differs; "
                "straighten the keypoints first and give the lens without distortion."
            )
    focal = np.array(lens.focal_length) * 2.0 / lens.image_size[0]
    center = normalize_to_width(np.array(lens.center), lens.image_size)
    return np.array([*focal, *center, *bent], np.float32)


def _intrinsics(clip: Seen, field_of_view_degrees: float | None) -> Float[np.ndarray, " 9"]:
    if clip.camera.lens is not None:
        return screen_intrinsics(clip.camera.lens)
    if field_of_view_degrees is None:
        raise ValueError(
            f"{clip.subject}, {clip.action}, camera {clip.camera.name}: its focal length is not known; state a field "
            "of view in degrees (--field-of-view)."
        )
    return screen_intrinsics(Camera.from_fov(field_of_view_degrees, clip.camera.image_size))
