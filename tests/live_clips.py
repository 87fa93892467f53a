"""Clips with much that goes wrong, and what a stream makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from kinelift import LiftStream
from kinelift.body import COCO_17, Camera, Keypoints, map_skeleton
from kinelift.body.mapping import mapping
from kinelift.geometry.projection import unproject
from kinelift.lifting import Lifter, load_network
from kinelift.placing.live import place_live
from kinelift.placing.root import FEWEST_JOINTS
from kinelift.tracking.live_leaps import cut_leaps_live
from tests.walking import walking_joints

IMAGE_SIZE = (1280, 720)
RATES = (30.0, 60.0, 90.0, 37.5, 24.0, 29.97, 25.0, 50.0, 20.0, 15.0, 10.0, 7.3)
"""Against a model of 30: 1, 2 and 3 phases, 5/4, 4/5 and others that are resampled."""
FACE = {"left_eye": (0.03, -0.03, 0.0), "right_eye": (-0.03, -0.03, 0.0)}
FACE |= {"left_ear": (0.07, -0.02, 0.08), "right_ear": (-0.07, -0.02, 0.08)}


def walk(frames: int, fps: float = 30.0, seed: int = 0) -> Keypoints:
    """Return keypoints of a walker, all seen, with a detector's noise; the walk is the same whatever the rate."""
    rng = np.random.default_rng(seed)
    steady = walking_joints(max(int(frames * 30.0 / fps) + 2, 2), phase=rng.uniform(0, 6))
    at = np.arange(frames) * 30.0 / fps
    before, share = at.astype(int), (at - at.astype(int))[:, None, None]
    joints = steady[before] * (1 - share) + steady[before + 1] * share
    return keypoints_of(joints, fps, rng)


def keypoints_of(joints: np.ndarray, fps: float, rng: np.random.Generator) -> Keypoints:
    """Return COCO keypoints of H36M_17 joints in the camera's frame."""
    camera = Camera.assumed(IMAGE_SIZE)
    shown = map_names(joints)
    pixels = shown[..., :2] / shown[..., 2:] * np.array(camera.focal_length) + np.array(camera.center)
    pixels += rng.normal(0, 1.5, pixels.shape)
    return Keypoints(pixels, rng.uniform(0.5, 1.0, pixels.shape[:2]), COCO_17, fps, IMAGE_SIZE)


def map_names(joints: np.ndarray) -> np.ndarray:
    """Return COCO's joints; the face stands about the nose."""
    from kinelift.body import H36M_17

    nose = joints[:, H36M_17.index("nose")]
    return np.stack(
        [nose + FACE[name] if name in FACE else joints[:, H36M_17.index(name)] for name in COCO_17.names],
        axis=1,
    )


@st.composite
def troubled_walks(draw: st.DrawFn, fps: float, most_frames: int = 60) -> Keypoints:
    """Draw a walk with joints and frames that are lost, leaps, strays, a late entry and an early exit."""
    frames = draw(st.integers(1, most_frames))
    keypoints = walk(frames, fps, draw(st.integers(0, 99)))
    points, scores = keypoints.points_px.copy(), keypoints.scores.copy()
    spans = st.tuples(st.integers(0, frames), st.integers(0, 25)).map(lambda s: slice(s[0], s[0] + s[1]))
    joints = st.integers(0, len(COCO_17) - 1)
    for joint, span in draw(st.lists(st.tuples(joints, spans), max_size=6)):
        scores[span, joint] = 0.0
    for span in draw(st.lists(spans, max_size=3)):
        scores[span] = 0.0
    for span in draw(st.lists(spans, max_size=2)):
        points[span] += (draw(st.floats(-600, 600)), draw(st.floats(-300, 300)))
    for joint, span in draw(st.lists(st.tuples(joints, spans), max_size=2)):
        points[span, joint] += (draw(st.floats(-400, 400)), 0.0)
    late, left = draw(st.integers(0, min(frames, 12))), draw(st.integers(0, 17))
    scores[:late] = 0.0
    if late:
        scores[late - 1, : draw(st.integers(0, 2))] = 0.5
    scores[len(scores) - draw(st.integers(0, 5)) :] = 0.0
    scores[:, left:] *= draw(st.sampled_from([1.0, 1.0, 0.0]))
    return replace(keypoints, points_px=points, scores=scores)


def in_batch(
    model: Path, keypoints: Keypoints, camera: Camera | None = None, height: float | None = None
) -> np.ndarray:
    """Lift a whole clip by the steps a stream takes: (frame, joint, 3), NaN before the first observed frame."""
    network = load_network(model)
    camera = camera or Camera.assumed(keypoints.image_size)
    trusted = cut_leaps_live(keypoints)
    joints = Lifter(network, mirror=False).lift(trusted, camera).joints
    skeleton = network.facts.output_skeleton
    marked = map_skeleton(trusted, skeleton)
    derived = mapping(trusted.skeleton, skeleton).derived
    scores = np.where([name in derived for name in skeleton.names], np.float32(0), marked.scores)
    rays = unproject(camera, marked.points_px.astype(np.float64))
    return place_live(joints, rays, scores, skeleton, keypoints.fps, height)


def errors_in_batch(model: Path, keypoints: Keypoints) -> np.ndarray:
    """Return how far joints are expected to be off in a whole clip: (frame, joint), NaN where too few are seen."""
    network, trusted = load_network(model), cut_leaps_live(keypoints)
    lifted = Lifter(network, mirror=False).lift(trusted, Camera.assumed(keypoints.image_size))
    skeleton = network.facts.output_skeleton
    derived = mapping(trusted.skeleton, skeleton).derived
    marks = map_skeleton(trusted, skeleton).seen & [name not in derived for name in skeleton.names]
    return np.where((marks.sum(-1) >= FEWEST_JOINTS)[:, None], lifted.expected_error_m, np.nan)


def pushed(stream: LiftStream, keypoints: Keypoints, times_seconds: np.ndarray | None = None) -> np.ndarray:
    """Push every frame and flush; (frame, joint, 3), NaN for frames that a stream has no pose for."""
    poses = [
        stream.push(points, scores, time_seconds=None if times_seconds is None else float(times_seconds[t]))
        for t, (points, scores) in enumerate(zip(keypoints.points_px, keypoints.scores, strict=True))
    ]
    late = round(stream.look_ahead_seconds * keypoints.fps)
    assert all(pose is None for pose in poses[:late])
    held = stream.flush()
    nothing = np.full((len(stream.skeleton), 3), np.nan, np.float32)
    answered = [nothing if pose is None else pose for pose in poses[late:]]
    missing = len(keypoints) - len(answered) - len(held)
    return np.stack([*answered, *[nothing] * missing, *held])


def opened(model: Path | str, keypoints: Keypoints, **options: object) -> LiftStream:
    """Open a stream for a clip."""
    return LiftStream(
        model,
        fps=keypoints.fps,
        image_size=keypoints.image_size,
        skeleton=keypoints.skeleton,
        **options,  # pyright: ignore[reportArgumentType]
    )


def assert_same(stream: np.ndarray, batch: np.ndarray) -> None:
    """Compare poses, to be NaN in the same places."""
    np.testing.assert_array_equal(np.isnan(stream), np.isnan(batch))
    np.testing.assert_allclose(stream, batch, rtol=0, atol=1e-5)
