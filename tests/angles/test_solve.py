"""Inverse kinematics: bones keep their lengths, positions are met, nothing pops, and known turns are found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kinelift as kl
from kinelift.angles import JointAngles, joint_angles, rig_positions, rig_turns
from kinelift.body import COCO_17, H36M_17, Camera, Keypoints, Motion
from kinelift.geometry.rotations import quaternion_from_axis_angle, rotate
from tests.walking import walking_recording

FASTEST_DEGREES = 2500.0
KATA = "135"
"""The subject of the development set that does karate."""

T_POSE = {
    "pelvis": (0, 0.95, 0), "right_hip": (-0.1, 0.95, 0), "right_knee": (-0.1, 0.52, 0), "right_ankle": (-0.1, 0.09, 0),
    "left_hip": (0.1, 0.95, 0), "left_knee": (0.1, 0.52, 0), "left_ankle": (0.1, 0.09, 0), "spine": (0, 1.2, 0),
    "thorax": (0, 1.45, 0), "nose": (0, 1.55, 0.06), "head": (0, 1.7, 0), "left_shoulder": (0.17, 1.42, 0),
    "left_elbow": (0.46, 1.42, 0), "left_wrist": (0.72, 1.42, 0), "right_shoulder": (-0.17, 1.42, 0),
    "right_elbow": (-0.46, 1.42, 0), "right_wrist": (-0.72, 1.42, 0),
}  # fmt: skip


def motion_of(joints: np.ndarray, fps: float = 30.0) -> Motion:
    """Return joints of H36M_17 as a motion in the world."""
    seen = np.ones(len(joints), dtype=bool)
    return Motion(
        joints.astype(np.float32), seen, np.ones(joints.shape[:2], np.float32), H36M_17, fps, "world"
    )


def t_pose(frames: int = 20) -> np.ndarray:
    """Return a T-pose that faces +Z, over and over."""
    return np.tile(np.array([T_POSE[name] for name in H36M_17.names]), (frames, 1, 1)).astype(float)


def distances_mm(angles: JointAngles, motion: Motion) -> np.ndarray:
    """Return how far forward kinematics takes each joint from where it is, a column for each place of the rig."""
    places = [(row, motion.skeleton.index(name)) for row, name in enumerate(angles.rig.stands_at) if name]
    rows, joints = map(list, zip(*places, strict=True))
    world = motion.to_world().joints
    return 1000.0 * np.linalg.norm(rig_positions(angles)[:, rows] - world[:, joints], axis=-1)


def turned_degrees(turns: np.ndarray) -> np.ndarray:
    """Return by how much each turn differs from the frame before, degrees."""
    cosine = np.clip(abs((turns[1:] * turns[:-1]).sum(axis=-1)), 0.0, 1.0)
    return np.degrees(2.0 * np.arccos(cosine))


def bones_turned_degrees(motion: Motion) -> np.ndarray:
    """Return by how much each bone of the positions changes direction from frame to frame, degrees."""
    starts, ends = map(list, zip(*motion.skeleton.bones, strict=True))
    bones = motion.joints[:, ends].astype(float) - motion.joints[:, starts]
    bones /= np.linalg.norm(bones, axis=-1, keepdims=True)
    return np.degrees(np.arccos(np.clip((bones[1:] * bones[:-1]).sum(axis=-1), -1.0, 1.0)))


def check_met_without_pops(motion: Motion) -> None:
    """Fail where positions are missed, or where joints turn fast though the bones do not."""
    check_met(motion)
    assert not popping(motion).any()


def check_met(motion: Motion) -> None:
    """Fail where forward kinematics misses the positions."""
    missed = distances_mm(joint_angles(motion), motion)
    assert missed.mean() <= 10.0
    assert missed.max() <= 30.0


def popping(motion: Motion) -> np.ndarray:
    """Tell the frames after which a joint turns fast though the bones do not."""
    angles = joint_angles(motion)
    fastest = turned_degrees(angles.rotations).max(axis=1) * motion.fps
    allowed = np.maximum(FASTEST_DEGREES, bones_turned_degrees(motion).max(axis=1) * motion.fps)
    return fastest > allowed


def test_the_demo_is_met_without_pops(demo_motion):
    check_met_without_pops(demo_motion)


def test_a_walk_is_met_without_pops():
    check_met_without_pops(walking_recording().people[0].motion)


@pytest.mark.slow
def test_a_somersault_is_met_without_pops(park: kl.Recording):
    check_met_without_pops(park.people[0].motion)


@pytest.mark.slow
def test_kata_is_met_without_pops(shared: Path):
    """As lifted from noisy keypoints of the development set."""
    file = shared / "dev" / "development.npz"
    if not file.is_file():
        pytest.skip(f"no {file}: the development set is needed")
    with np.load(file) as arrays:
        clips = [
            key[:3] for key in arrays.files if key.endswith("/trial") and str(arrays[key]).startswith(KATA)
        ]
        assert clips
        for clip in clips:
            width, height = map(int, arrays[f"{clip}/image_size"])
            points, scores = arrays[f"{clip}/noisy_px"], arrays[f"{clip}/noisy_scores"].astype(float)
            keypoints = Keypoints(points, scores, COCO_17, float(arrays["fps"]), (width, height))
            camera = Camera.from_intrinsics(arrays[f"{clip}/intrinsics"], (width, height))
            check_met_without_pops(kl.lift(keypoints, camera=camera))


def test_the_rest_pose_has_no_turns():
    angles = joint_angles(motion_of(t_pose()))
    identity = np.array([1.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(angles.rotations, np.broadcast_to(identity, angles.rotations.shape), atol=1e-3)
    np.testing.assert_allclose(angles.root, np.broadcast_to([0, 0.95, 0], angles.root.shape), atol=1e-6)


def test_the_left_hand_rests_at_x_and_feet_point_to_z():
    rig = joint_angles(motion_of(t_pose())).rig
    assert rig.offsets[rig.index("left_forearm")][0] > 0 > rig.offsets[rig.index("right_forearm")][0]
    assert rig.offsets[rig.index("left_toe")][2] > 0


@given(st.floats(-180, 180), st.floats(-80, 80))
def test_a_body_that_is_turned_whole_turns_at_the_root_alone(yaw: float, pitch: float):
    joints = walking_recording(frames=24).people[0].motion.to_world().joints.astype(float)
    turn = quaternion_from_axis_angle(np.radians([pitch, yaw, 0.0]))
    turned = rotate(np.broadcast_to(turn, (*joints.shape[:2], 4)), joints)
    before, after = (joint_angles(motion_of(each)) for each in (joints, turned))
    same = abs((before.rotations[:, 1:] * after.rotations[:, 1:]).sum(axis=-1))
    assert same.min() > np.cos(np.radians(0.5))


def test_a_mirrored_body_turns_as_in_a_mirror():
    joints = walking_recording(frames=40).people[0].motion.to_world().joints.astype(float)
    mirrored = joints[:, list(H36M_17.mirrored)] * np.array([-1.0, 1.0, 1.0])
    angles, image = (joint_angles(motion_of(each)) for each in (joints, mirrored))
    other = [angles.rig.names.index(_other_side(name)) for name in image.rig.names]
    expected = angles.rotations[:, other] * np.array([1.0, 1.0, -1.0, -1.0])
    assert abs((expected * image.rotations).sum(axis=-1)).min() > np.cos(np.radians(1.0))


@pytest.mark.parametrize("degrees", [30.0, 90.0, 130.0])
def test_a_bent_elbow_bends_by_as_much_about_its_own_axis(degrees: float):
    joints = t_pose()
    bent = np.radians(degrees)
    elbow, wrist = (H36M_17.index(f"left_{joint}") for joint in ("elbow", "wrist"))
    joints[:, wrist] = joints[:, elbow] + 0.26 * np.array([np.cos(bent), 0.0, np.sin(bent)])
    angles = joint_angles(motion_of(joints))
    forearm = angles.rotations[:, angles.rig.index("left_forearm")]
    np.testing.assert_allclose(np.degrees(2 * np.arccos(abs(forearm[:, 0]))), degrees, atol=0.5)
    np.testing.assert_allclose(abs(forearm[:, 2]), np.sin(bent / 2), atol=0.01)


def test_an_arm_that_goes_through_straight_does_not_pop():
    """The elbow's plane is lost at every crossing, and noise of a centimetre turns it about there."""
    frames = 120
    joints, rng = t_pose(frames), np.random.default_rng(0)
    bend = np.radians(60.0) * np.sin(np.arange(frames) / 9.0) ** 2
    elbow, wrist = (H36M_17.index(f"right_{joint}") for joint in ("elbow", "wrist"))
    forward = np.stack([-np.cos(bend), np.zeros(frames), np.sin(bend)], axis=-1)
    joints[:, wrist] = joints[:, elbow] + 0.26 * forward
    joints[:, wrist, 1] += rng.normal(0.0, 0.01, frames)
    angles = joint_angles(motion_of(joints))
    turned = turned_degrees(rig_turns(angles)) * angles.fps
    assert turned[:, angles.rig.index("right_upper_arm")].max() < 600.0


def test_knees_that_seem_to_bend_forwards_keep_facing_forwards():
    joints = t_pose(60)
    for side in ("left", "right"):
        joints[20:40, H36M_17.index(f"{side}_knee"), 2] -= 0.02
    angles = joint_angles(motion_of(joints))
    thigh = rig_turns(angles)[:, angles.rig.index("left_thigh")]
    ahead = rotate(thigh, np.broadcast_to([0.0, 0.0, 1.0], (60, 3)))
    assert ahead[:, 2].min() > 0.9


def test_a_skeleton_without_a_trunk_is_refused_with_what_it_lacks():
    joints = np.zeros((3, len(COCO_17), 3), np.float32)
    motion = Motion(joints, np.ones(3, bool), np.ones((3, len(COCO_17)), np.float32), COCO_17, 30.0, "world")
    with pytest.raises(ValueError, match="coco_17 has no pelvis, spine, thorax, head"):
        joint_angles(motion)


def test_a_single_frame_is_enough():
    angles = joint_angles(motion_of(t_pose(1)))
    assert len(angles) == 1
    assert np.isfinite(angles.rotations).all()


def test_joints_at_one_point_give_finite_turns(demo_motion):
    folded = replace(demo_motion, joints=np.zeros_like(demo_motion.joints))
    assert np.isfinite(joint_angles(folded).rotations).all()


def _other_side(name: str) -> str:
    side, _, part = name.partition("_")
    return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, name)
