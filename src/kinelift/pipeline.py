"""The table of contents: from a video or keypoints to a moving body in metres, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinelift.body import WORLD_FROM_CAMERA, Camera, Keypoints, Motion, Person, Quality, Recording, Skeleton
from kinelift.body.mapping import map_skeleton, mapping
from kinelift.detection import Detector
from kinelift.geometry.projection import project, unproject
from kinelift.geometry.rotations import quaternion_to_matrix
from kinelift.lifting import Lifter, load_network
from kinelift.placing import (
    fit_bones,
    fix_bones,
    infill,
    limit_turns,
    place_root,
    stature,
    steady_depth,
    trusted_poses,
)
from kinelift.tracking import TrackedPerson, cut_joint_leaps, cut_leaps, detect_person
from kinelift.video import open_video
from kinelift.weights import find_model

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the frames done and the frames expected."""

STATURE_RANGE = (0.4, 2.8)
"""Metres; anything else is a unit gone wrong."""


def lift(
    keypoints: Keypoints,
    camera: Camera | None = None,
    height: float | None = None,
    model: str | Path = "default",
    mirror: bool = True,
    providers: Sequence[str] | None = None,
) -> Motion:
    """Lift one person's keypoints to 3D: joints in metres in the camera's frame, one row per input frame.

    Without a camera a centred one of 60 degrees across the longer side is assumed. `height` is standing stature in
    metres, sole to crown; without it the body has the size the network expects of its proportions. `model` is a
    shipped name or a path to an .onnx; `mirror` averages with the answer for the mirrored body. Leaps to somebody
    else and impossible frames count as not seen.

    Raises ValueError where nobody can be seen in enough of the keypoints.
    """
    return lift_person(
        keypoints, camera=camera, height=height, model=model, mirror=mirror, providers=providers
    ).motion


def lift_person(
    keypoints: Keypoints,
    *,
    camera: Camera | None = None,
    height: float | None = None,
    model: str | Path = "default",
    mirror: bool = True,
    providers: Sequence[str] | None = None,
    id: int = 0,
) -> Person:
    """Lift one person's keypoints and say how well the result explains them; see `lift`."""
    camera = _checked_camera(camera, keypoints.image_size)
    if height is not None and not STATURE_RANGE[0] <= height <= STATURE_RANGE[1]:
        raise ValueError(
            f"height: metres between {STATURE_RANGE[0]} and {STATURE_RANGE[1]} expected, got {height}."
        )
    network = load_network(find_model(model), providers)
    trusted = cut_joint_leaps(cut_leaps(keypoints))
    joints = Lifter(network, mirror).lift(trusted, camera)
    motion = _place(joints, trusted, camera, height, network.facts.output_skeleton)
    return Person(id, trusted, motion, Quality(_reprojection(motion, trusted, camera)))


def record(
    people: Sequence[TrackedPerson],
    *,
    camera: Camera | None = None,
    height: float | None = None,
    model: str | Path = "default",
    mirror: bool = True,
    providers: Sequence[str] | None = None,
) -> Recording:
    """Lift tracked people of one video into one recording, the first being the most prominent."""
    if not people:
        raise ValueError("people: at least one is needed for a recording.")
    first = people[0].keypoints
    camera = _checked_camera(camera, first.image_size)
    lifted = tuple(
        lift_person(
            p.keypoints, camera=camera, height=height, model=model, mirror=mirror, providers=providers, id=i
        )
        for i, p in enumerate(people)
    )
    return Recording(
        lifted, first.image_size, first.fps, people[0].times_seconds, camera, _world_from_camera(camera)
    )


def lift_video(
    path: str | Path,
    *,
    camera: Camera | None = None,
    height: float | None = None,
    model: str | Path = "default",
    mirror: bool = True,
    start_seconds: float | None = None,
    end_seconds: float | None = None,
    fps: float | None = None,
    detector: Detector | None = None,
    providers: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Recording:
    """Lift the most prominent person of a video; see `lift`.

    `fps` is for slow motion: the rate at which the pictures were truly taken. `detector` is MediaPipe's unless
    another is given. Raises FileNotFoundError or ValueError where there is no video or nobody in it.
    """
    video = open_video(path, start_seconds=start_seconds, end_seconds=end_seconds, fps=fps)
    camera = _checked_camera(camera, video.image_size)
    find_model(model)

    def detecting(done: int, expected: int) -> None:
        if progress is not None:
            progress("detecting", done, expected)

    if detector is not None:
        person = detect_person(video, detector, detecting)
    else:
        from kinelift.detection.mediapipe import MediaPipeDetector

        with MediaPipeDetector() as mediapipe:
            person = detect_person(video, mediapipe, detecting)
    return record([person], camera=camera, height=height, model=model, mirror=mirror, providers=providers)


def _checked_camera(camera: Camera | None, image_size: tuple[int, int]) -> Camera:
    if camera is None:
        return Camera.assumed(image_size)
    if camera.image_size != image_size:
        raise ValueError(
            f"camera: made for images of {camera.image_size}, but the keypoints are of {image_size}; "
            "give the camera of these images."
        )
    return camera


def _place(
    joints: Float[np.ndarray, "frame joint 3"],
    keypoints: Keypoints,
    camera: Camera,
    height: float | None,
    skeleton: Skeleton,
) -> Motion:
    """Turn root-relative joints into a body of constant bones that stands where its keypoints say."""
    marked = map_skeleton(keypoints, skeleton)
    rays = unproject(camera, marked.points_px.astype(np.float64))
    exact = _exact_scores(marked, keypoints.skeleton)
    found = place_root(joints, rays, exact).observed
    if not found.any():
        raise ValueError(
            f"nobody to lift: no frame of {keypoints} shows enough of a body in front of the camera "
            "(four joints among shoulders, elbows, wrists, hips, knees, ankles and nose)."
        )
    joints = infill(joints, trusted_poses(found, keypoints.fps))
    lengths = fit_bones(joints, found, skeleton)
    if height is not None:
        lengths = lengths * (height / stature(lengths, skeleton))
    joints = limit_turns(fix_bones(joints, lengths, skeleton), skeleton, keypoints.fps)
    placed = place_root(joints, rays, exact)
    root = steady_depth(placed.root, placed.trust, keypoints.fps)
    root = infill(root, placed.observed)
    scores = np.where(placed.observed[:, None], _joint_scores(marked, keypoints), 0.0).astype(np.float32)
    moved = (joints + root[:, None].astype(np.float32)).astype(np.float32)
    return Motion(moved, placed.observed, scores, skeleton, keypoints.fps)


def _exact_scores(marked: Keypoints, source: Skeleton) -> Float[np.ndarray, "frame joint"]:
    """Scores of the joints that the keypoints mark themselves; joints derived from others are left out."""
    derived = mapping(source, marked.skeleton).derived
    kept = np.array([name not in derived for name in marked.skeleton.names])
    return np.where(kept, marked.scores, np.float32(0.0))


def _joint_scores(marked: Keypoints, keypoints: Keypoints) -> Float[np.ndarray, "frame joint"]:
    """A joint's score is its keypoint's; joints no keypoint speaks of take the mean of the frame's."""
    absent = mapping(keypoints.skeleton, marked.skeleton).absent
    count = np.maximum(keypoints.seen.sum(-1), 1)
    mean = (keypoints.scores.sum(-1) / count)[:, None]
    guessed = np.array([name in absent for name in marked.skeleton.names])
    return np.where(guessed, mean, marked.scores)


def _world_from_camera(camera: Camera) -> Float[np.ndarray, "4 4"]:
    """The camera's own pose where it has one, else the camera's axes with Y turned up."""
    if camera.pose is None or camera.pose.orientation.ndim != 1:
        return WORLD_FROM_CAMERA
    transform = np.eye(4)
    transform[:3, :3] = quaternion_to_matrix(camera.pose.orientation)
    transform[:3, 3] = camera.pose.translation
    return transform


def _reprojection(motion: Motion, keypoints: Keypoints, camera: Camera) -> Float[np.ndarray, " frame"]:
    """Root mean square distance in pixels between projected joints and the keypoints of the same name."""
    seen = map_skeleton(keypoints, motion.skeleton)
    error = ((project(camera, motion.joints.astype(np.float64)) - seen.points_px) ** 2).sum(-1)
    counted = np.isfinite(error) & seen.seen & motion.observed[:, None]
    mean = np.where(counted, error, 0.0).sum(-1) / np.maximum(counted.sum(-1), 1)
    return np.where(counted.any(-1), np.sqrt(mean), np.nan)
