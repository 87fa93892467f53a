"""Human3.6M and HumanEva-I as VideoPose3D's files have them: what a camera saw beside where the joints were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body.skeleton import H36M_17, Skeleton
from kinelift.datasets.studio_cameras import StudioCamera, human36m_cameras, humaneva_cameras
from kinelift.geometry.projection import normalize_to_width, world_to_camera
from kinelift.interop.keypoint_layouts import HUMANEVA_15
from kinelift.interop.videopose3d import Keypoints2D, Poses3D

HUMAN36M_KEPT = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)
"""Which of Human3.6M's 32 joints make H36M_17."""

HUMAN36M_SUBJECTS = ("S1", "S5", "S6", "S7", "S8", "S9", "S11")
HUMAN36M_ACTIONS = (
    "Directions", "Discussion", "Eating", "Greeting", "Phoning", "Photo", "Posing", "Purchases",
    "Sitting", "SittingDown", "Smoking", "Waiting", "WalkDog", "Walking", "WalkTogether",
)  # fmt: skip


@dataclass(frozen=True)
class Studio:
    """A data set of several calibrated cameras around one person."""

    name: str
    skeleton: Skeleton
    fps: float
    cameras: Callable[[str], tuple[StudioCamera, ...]]
    """A subject's cameras."""


HUMAN36M = Studio("Human3.6M", H36M_17, 50.0, human36m_cameras)
HUMANEVA = Studio("HumanEva-I", HUMANEVA_15, 60.0, humaneva_cameras)


@dataclass(frozen=True, eq=False)
class View:
    """One recording through one camera."""

    subject: str
    action: str
    """With its trial, such as "Walking 1"."""
    camera: StudioCamera
    keypoints: Float[np.ndarray, "frame keypoint 2"]
    """On the screen normalised to the image's width; float32."""
    joints: Float[np.ndarray, "frame joint 3"]
    """Metres in the camera's frame, the root where it was; float32."""
    scored: Bool[np.ndarray, " frame"] | None = None
    """Frames that figures are taken on; None is all."""

    @property
    def action_name(self) -> str:
        """The action without its trial."""
        return self.action.split(" ")[0]


@dataclass(frozen=True, eq=False)
class Seen:
    """What one camera saw of a recording, whether or not anybody knows where the joints were."""

    subject: str
    action: str
    camera: StudioCamera
    keypoints: Float[np.ndarray, "frame keypoint 2"]
    """On the screen normalised to the image's width; float32."""


def seen_alone(
    keypoints: Keypoints2D, studio: Studio, *, subjects: Sequence[str], actions: Sequence[str] | None = None
) -> list[Seen]:
    """Return what every camera saw of these subjects, whom the file of joints need not have; actions by prefix."""
    found = []
    for subject in subjects:
        if subject not in keypoints:
            raise ValueError(f"keypoints: no subject {subject!r}; choose from {', '.join(keypoints)}.")
        for action, cameras in keypoints[subject].items():
            if actions is None or action.startswith(tuple(actions)):
                for camera, points in zip(studio.cameras(subject), cameras, strict=False):
                    if not np.isfinite(points).all():
                        raise ValueError(
                            f"{subject}, {action}, camera {camera.name}: keypoints that are no numbers."
                        )
                    screen = normalize_to_width(points.astype(np.float64), camera.image_size)
                    found.append(Seen(subject, action, camera, screen.astype(np.float32)))
    return found


def studio_of(poses: Poses3D) -> Studio:
    """Tell the data set by its number of joints: 32 or 17 are Human3.6M's, 15 HumanEva-I's."""
    counts = {joints.shape[1] for actions in poses.values() for joints in actions.values()}
    match sorted(counts):
        case [32] | [17]:
            return HUMAN36M
        case [15]:
            return HUMANEVA
        case _:
            raise ValueError(
                f"poses: 32 or 17 joints (Human3.6M) or 15 (HumanEva-I) expected, got {sorted(counts)}."
            )


def recordings(
    poses: Poses3D,
    keypoints: Keypoints2D,
    *,
    subjects: Sequence[str],
    actions: Sequence[str] | None = None,
) -> list[tuple[str, str]]:
    """Return subject and action of every recording that is chosen, in the order of the files.

    Actions are chosen by prefix: "Walk" is Walking, WalkDog and WalkTogether.
    """
    chosen = []
    for subject in subjects:
        for name, content in (("poses", poses), ("keypoints", keypoints)):
            if subject not in content:
                raise ValueError(f"{name}: no subject {subject!r}; choose from {', '.join(content)}.")
        for action in poses[subject]:
            if actions is None or action.startswith(tuple(actions)):
                chosen.append((subject, action))
                if action not in keypoints[subject]:
                    raise ValueError(f"keypoints: {subject} has no {action!r}, which the poses have.")
    if not chosen:
        raise ValueError(
            f"no recording of {', '.join(subjects)} begins with {', '.join(actions or ())}; they are "
            f"{', '.join(sorted({action.split(' ')[0] for subject in subjects for action in poses[subject]}))}."
        )
    return chosen


def views(
    poses: Poses3D, keypoints: Keypoints2D, studio: Studio, chosen: Iterable[tuple[str, str]]
) -> Iterator[View]:
    """Yield chosen recordings through every camera; keypoints that run on beyond the motion capture are cut to it."""
    for subject, action in chosen:
        yield from _views_of(subject, action, poses[subject][action], keypoints[subject][action], studio)


def _views_of(
    subject: str,
    action: str,
    joints: Float[np.ndarray, "frame joint 3"],
    seen: Sequence[Float[np.ndarray, "seen_frame keypoint 2"]],
    studio: Studio,
) -> Iterator[View]:
    cameras = studio.cameras(subject)
    if not 0 < len(seen) <= len(cameras):
        raise ValueError(
            f"keypoints: {subject}, {action} has {len(seen)} cameras; {studio.name} has {len(cameras)}."
        )
    kept = joints[:, list(HUMAN36M_KEPT)] if joints.shape[1] == 32 else joints
    for camera, points in zip(cameras, seen, strict=False):
        where = f"{subject}, {action}, camera {camera.name}"
        if camera.pose is None:
            raise ValueError(f"{where}: where this camera stood is not known.")
        if not 0 < len(kept) <= len(points):
            raise ValueError(
                f"{where}: at least one frame, and as many of keypoints as of joints expected, got {len(points)} "
                f"of keypoints and {len(kept)} of joints."
            )
        if not (np.isfinite(kept).all() and np.isfinite(points[: len(kept)]).all()):
            raise ValueError(
                f"{where}: joints or keypoints that are no finite numbers; leave such frames out."
            )
        world = kept.astype(np.float64)
        placed = world_to_camera(world, camera.pose.orientation, camera.pose.translation)
        screen = normalize_to_width(points[: len(kept)].astype(np.float64), camera.image_size)
        yield View(subject, action, camera, screen.astype(np.float32), placed.astype(np.float32))
