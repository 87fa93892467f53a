"""From keypoints to a body in metres, with the shipped weights, on motion whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kinelift as kl
from kinelift.body.quality_spans import frames_of
from kinelift.geometry.kinematics import bone_lengths
from kinelift.geometry.projection import project
from kinelift.pipeline import lift_person, record
from kinelift.sampling.bodies import BodyConfig, body_points, face_points, lifted_joints, marked_points
from kinelift.sampling.feet import FootConfig, foot_points
from kinelift.tracking.person import TrackedPerson
from tests.moving_bodies import swaying_trial

SIZE = (1280, 720)
CAMERA = kl.Camera.from_fov(60, SIZE)

# Bounds on what the network makes of the walker are about one and a half times what the shipped weights reach:
# better weights meet them, and a step of the road that goes wrong does not. Bounds on what the geometry does
# (bones, mirror, scale) leave room for rounding alone.


def walker(frames: int = 90, fps: float = 30.0, depth: float = 5.0):
    """Return a walker's exact COCO keypoints and his joints in the camera's frame."""
    trial = swaying_trial(frames, fps)
    bodies, axes = trial.joints[None], trial.head_axes[None]
    bodies[..., 2] -= bodies[..., :1, 2].mean()
    stature, rng = np.array([1.7]), np.random.default_rng(0)
    exact = BodyConfig(face_sd=0.0, head_pitch_sd_degrees=0.0)
    face = face_points(bodies[..., 11, :], axes, stature, exact, rng)
    points = body_points(bodies, face, foot_points(bodies, stature, FootConfig(sd=0.0), rng))

    def seen(points):
        # The camera looks along -z of the world from chest height; its x is the world's, its y points down.
        return np.stack([points[..., 0], 1.0 - points[..., 1], depth - points[..., 2]], -1)[0].astype(
            np.float64
        )

    marked, joints = seen(marked_points(points))[:, :17], seen(lifted_joints(points))
    keypoints = kl.Keypoints(project(CAMERA, marked), np.ones(marked.shape[:2]), kl.COCO_17, fps, SIZE)
    return keypoints, joints


def relative(joints):
    """Return joints from their root."""
    return joints - joints[:, :1]


def changed(keypoints, points=None, scores=None, **rest):
    """Return keypoints with other points or scores."""
    return kl.Keypoints(
        keypoints.points_px if points is None else points,
        keypoints.scores if scores is None else scores,
        rest.get("skeleton", keypoints.skeleton),
        rest.get("fps", keypoints.fps),
        keypoints.image_size,
    )


def test_a_walker_comes_out_upright_facing_the_right_way_and_in_his_place():
    keypoints, truth = walker()
    motion = kl.lift(keypoints, camera=CAMERA, height=1.70)
    assert motion.joints.shape == truth.shape
    assert motion.frame == "camera"
    assert motion.observed.all()
    assert np.linalg.norm(relative(motion.joints) - relative(truth), axis=-1).mean() < 0.08
    head, left, right = (motion.skeleton.index(n) for n in ("head", "left_shoulder", "right_shoulder"))
    assert (motion.joints[:, head, 1] < motion.joints[:, 0, 1]).all()
    facing_us = truth[:, left, 0] > truth[:, right, 0]
    assert ((motion.joints[:, left, 0] > motion.joints[:, right, 0]) == facing_us).mean() > 0.95
    assert np.abs(motion.root[:, 2] / truth[:, 0, 2] - 1.0).mean() < 0.03
    # A root at another depth moves along its ray, so its pixels are far better than its metres.
    assert np.abs(project(CAMERA, motion.root.astype(float)) - project(CAMERA, truth[:, 0])).mean() < 1.2


def test_bones_keep_their_length_and_height_sets_the_scale():
    keypoints, _ = walker()
    small, tall = (kl.lift(keypoints, camera=CAMERA, height=h) for h in (1.5, 1.8))
    lengths = bone_lengths(small.joints.astype(float), small.skeleton)
    assert (lengths.std(0) / lengths.mean(0)).max() < 1e-5
    ratio = bone_lengths(tall.joints.astype(float), tall.skeleton).mean(0) / lengths.mean(0)
    np.testing.assert_allclose(ratio, 1.2, rtol=1e-5)
    apart = np.linalg.norm(tall.root - 1.2 * small.root, axis=-1)
    # Not rounding alone: what disagreement of joints and rays is tolerated is said in metres.
    assert (apart / np.linalg.norm(tall.root, axis=-1)).max() < 2e-4


def test_a_mirrored_clip_gives_the_mirrored_body():
    keypoints, _ = walker(40)
    flipped = keypoints.points_px[:, kl.COCO_17.mirrored].copy()
    flipped[..., 0] = SIZE[0] - flipped[..., 0]
    here, there = (
        kl.lift(each, camera=CAMERA, model="default_float32").joints
        for each in (keypoints, changed(keypoints, flipped))
    )
    there = there[:, kl.H36M_21.mirrored] * (-1.0, 1.0, 1.0)
    np.testing.assert_allclose(here, there, atol=1e-5)


@pytest.mark.parametrize("fps", [15.0, 25.0, 60.0, 120.0])
def test_any_frame_rate_gives_one_row_a_frame_and_much_the_same_body(fps):
    keypoints, truth = walker(int(3 * fps), fps)
    motion = kl.lift(keypoints, camera=CAMERA)
    assert motion.joints.shape == truth.shape
    assert motion.fps == fps
    assert np.linalg.norm(relative(motion.joints) - relative(truth), axis=-1).mean() < 0.075


def test_other_layouts_are_brought_to_the_models_by_name():
    keypoints, _ = walker(40)
    names = kl.BLAZEPOSE_33.names
    points, scores = np.full((40, 33, 2), np.nan), np.zeros((40, 33))
    for index, name in enumerate(kl.COCO_17.names):
        points[:, names.index(name)] = keypoints.points_px[:, index]
        scores[:, names.index(name)] = 1.0
    other = changed(keypoints, points, scores, skeleton=kl.BLAZEPOSE_33)
    np.testing.assert_allclose(kl.lift(other).joints, kl.lift(keypoints).joints, atol=1e-4)


def test_missing_joints_and_frames_are_filled_and_said():
    keypoints, truth = walker()
    points, scores = keypoints.points_px.copy(), keypoints.scores.copy()
    scores[:, 9] = 0.0
    scores[30:50] = 0.0
    motion = kl.lift(changed(keypoints, points, scores), camera=CAMERA)
    assert motion.observed.tolist() == [not 30 <= t < 50 for t in range(90)]
    assert (motion.scores[30:50] == 0).all()
    assert np.isfinite(motion.joints).all()
    assert np.linalg.norm(relative(motion.joints) - relative(truth), axis=-1).mean() < 0.09
    steps = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1)
    # He himself is nowhere faster than 1.3 m/s; where he is unseen the wrists may hurry to where they are seen again.
    assert steps.max() * 30 < 5.0


def test_a_leap_to_a_bystander_is_not_followed():
    keypoints, _ = walker()
    points = keypoints.points_px.copy()
    points[40:52] = points[40:52] * 0.5 + (900.0, 50.0)
    motion = kl.lift(changed(keypoints, points), camera=CAMERA)
    assert not motion.observed[40:52].any()
    assert motion.observed[:40].all()
    assert motion.observed[52:].all()


def test_masked_keypoints_are_infilled_and_scrambled_ones_doubtful_and_the_rest_is_observed():
    keypoints, _ = walker(240)
    points, scores = keypoints.points_px.copy(), keypoints.scores.copy()
    scores[60:80] = 0.0
    names = np.random.default_rng(0).permutation(17)
    points[150:200] = points[150:200, names]  # joints exchange their names
    spans = lift_person(changed(keypoints, points, scores), camera=CAMERA).quality.spans
    assert frames_of(spans, "infilled")[:140].tolist() == [60 <= frame < 80 for frame in range(140)]
    assert not frames_of(spans, "observed")[150:200].any()
    assert frames_of(spans, "doubtful")[150:200].mean() > 0.8
    assert frames_of(spans, "observed")[:60].all()
    # What is wrong is seen by the frames around it, as far as the network looks.
    assert frames_of(spans, "observed")[215:].all()


def lifted_or_refused(keypoints):
    """Return the motion, or the error's text."""
    try:
        return kl.lift(keypoints)
    except ValueError as error:
        return str(error)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), frames=st.integers(1, 40), lost=st.floats(0.0, 0.95))
def test_scrambled_keypoints_give_a_finite_body_or_one_clear_error(seed, frames, lost):
    rng = np.random.default_rng(seed)
    points = rng.uniform(-2000, 4000, (frames, 17, 2))
    scores = np.where(rng.random((frames, 17)) < lost, 0.0, rng.random((frames, 17)))
    keypoints = kl.Keypoints(points, scores, kl.COCO_17, 30.0, SIZE)
    result = lifted_or_refused(keypoints)
    if isinstance(result, str):
        assert "nobody to lift" in result
    else:
        assert np.isfinite(result.joints).all()
        assert len(result) == frames


def test_nobody_a_wrong_camera_and_a_wrong_height_are_said():
    keypoints, _ = walker(10)
    with pytest.raises(ValueError, match="nobody to lift"):
        kl.lift(changed(keypoints, scores=np.zeros((10, 17))))
    with pytest.raises(ValueError, match="made for images of"):
        kl.lift(keypoints, camera=kl.Camera.from_fov(60, (640, 480)))
    with pytest.raises(ValueError, match="metres between"):
        kl.lift(keypoints, height=178)
    with pytest.raises(ValueError, match="choose a shipped one"):
        kl.lift(keypoints, model="bigger")


def test_one_frame_is_lifted():
    keypoints, _ = walker(1)
    assert kl.lift(keypoints, camera=CAMERA).joints.shape == (1, 21, 3)


def test_quality_and_the_recording_tell_what_was_done():
    keypoints, _ = walker(40)
    person = lift_person(keypoints, camera=CAMERA)
    assert np.nanmedian(person.quality.reprojection_px) < 6.0
    recording = record([TrackedPerson.of(keypoints, np.arange(40) / 30.0)])
    assert recording.camera.source.startswith("assumed")
    assert recording.people[0].id == 0
    upright = recording.people[0].motion.to_world(recording.world_from_camera)
    assert (upright.joints[:, upright.skeleton.index("head"), 1] > upright.joints[:, 0, 1]).all()
