"""A lifter learns from clips alone: marks where a detector would, weights that stay paired, a run that goes on."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from kinelift.body import COCO_17, COCO_23, H36M_21, Motion
from kinelift.body.camera import Camera
from kinelift.body.skeleton import MOCAP_20
from kinelift.datasets.keypoint_files import keypoint_files
from kinelift.datasets.recorded_store import prepare_set
from kinelift.datasets.synthetic import synthetic_trials
from kinelift.export.keypoints_npz import write_keypoints_npz
from kinelift.export.motion_npz import write_motion_npz
from kinelift.finetuning import OwnClip, finetune, read_labelled, read_own_clips
from kinelift.finetuning.marks import detector_marks
from kinelift.finetuning.pairing import keep_paired
from kinelift.finetuning.teacher import LiftedMotion
from kinelift.finetuning.virtual_views import ViewConfig, VirtualViews, footed
from kinelift.geometry.normalisation import MIRRORS
from kinelift.lifting.network import load_network
from kinelift.model.from_onnx import from_onnx
from kinelift.model.paired import reflection_of_input
from kinelift.sampling.bodies import BodyConfig, body_points, face_points, lifted_joints, marked_points
from kinelift.sampling.feet import FootConfig, foot_points
from kinelift.training.checkpoint import load_checkpoint
from kinelift.training.clips import paired_model
from kinelift.training.presets import DEBUG
from tests.walking import walking_person

MIRROR = MIRRORS["rays"]


def body_with_a_face(turn_degrees=0.0):
    """Return where a detector marks a made-up walker whose head is turned, and its lifted joints."""
    trial = synthetic_trials(3)[0]
    rng = np.random.default_rng(0)
    angle = np.radians(turn_degrees)
    turned = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]], np.float32
    )
    joints, axes, stature = trial.joints[None], (turned @ trial.head_axes)[None], np.array([1.70])
    plain = BodyConfig(face_sd=0.0, head_pitch_sd_degrees=0.0)
    head = joints[..., MOCAP_20.index("head"), :]
    face = face_points(head, axes, stature, plain, rng)
    points = body_points(joints, face, foot_points(joints, stature, FootConfig(), rng))
    return marked_points(points), lifted_joints(points)


@pytest.mark.parametrize("turn_degrees", [0.0, 30.0, -60.0])
def test_a_face_is_put_where_it_was(turn_degrees):
    marked, joints = body_with_a_face(turn_degrees)
    found = detector_marks(joints)
    for name in COCO_17.names:
        away = np.linalg.norm(
            found[..., COCO_23.index(name), :] - marked[..., COCO_23.index(name), :], axis=-1
        )
        assert away.max() < 0.03, name
    assert np.isfinite(found).all()


def test_virtual_views_are_of_the_motions_and_the_same_for_the_same_seed():
    _, joints = body_with_a_face()
    motion = LiftedMotion(joints[0], np.arange(joints.shape[1]) < 200, 60.0)
    views = VirtualViews([motion], ViewConfig(clips=6, scale_sd=0.0), 30.0, 4, 4, seed=1)
    first, again, other = views.epoch(0), views.epoch(0), views.epoch(1)
    np.testing.assert_array_equal(first.joints, again.joints)
    assert not np.array_equal(first.joints, other.joints)
    thigh = [H36M_21.index(name) for name in ("left_hip", "left_knee")]
    lengths = np.linalg.norm(first.targets[:, thigh[0]] - first.targets[:, thigh[1]], axis=-1)
    np.testing.assert_allclose(lengths, 0.42, atol=0.01)
    assert not first.sure.all()
    assert first.sure.any()
    feet = [COCO_23.index(name) for name in ("left_heel", "right_big_toe")]
    bare = replace(views, config=footed(views.config, feet_are_marked=False)).epoch(0)
    assert not bare.joints[:, feet, 2].any()
    assert first.joints[:, feet, 2].any()


def test_paired_weights_answer_a_mirrored_body_with_the_mirrored_answer():
    torch.manual_seed(0)
    model = paired_model(DEBUG.model).eval().dense()
    before = {name: values.clone() for name, values in model.state_dict().items()}
    keep_paired(model, COCO_23, H36M_21, MIRROR)
    for name, values in model.state_dict().items():
        torch.testing.assert_close(values, before[name], msg=name)
    with torch.no_grad():
        for each in model.parameters():
            each += 0.1 * torch.randn_like(each)
    keep_paired(model, COCO_23, H36M_21, MIRROR)
    flat = torch.randn(1, 12, 23 * 3 + 3)
    mirrored = reflection_of_input(COCO_23, MIRROR)(flat)
    with torch.inference_mode():
        answer, of_mirrored = (
            model(x[..., :69].unflatten(2, (23, 3)), x[..., 69:]) for x in (flat, mirrored)
        )
    back = of_mirrored[..., list(H36M_21.mirrored), :] * torch.tensor([-1.0, 1.0, 1.0, 1.0])
    torch.testing.assert_close(answer, back, rtol=1e-4, atol=1e-5)


def own(count=2, frames=50):
    people = [walking_person(number, frames).keypoints for number in range(count)]
    return [OwnClip(f"clip {n}", each, Camera.assumed(each.image_size)) for n, each in enumerate(people)]


def test_a_lifter_comes_nearer_to_its_own_bodies_in_virtual_views(tiny_lifter, tmp_path):
    out, report = finetune(own(), tiny_lifter, tmp_path, same_person=True, rounds=1, epochs=2)
    assert report.virtual_views_mm[1] < report.virtual_views_mm[0]
    facts = load_network(out).facts
    assert facts.mirrors_itself
    assert facts.card["finetuned"]["epochs"] == 2
    assert set(facts.card["finetuned"]["bone_lengths_m"]) == set(H36M_21.names) - {"pelvis"}
    assert (tmp_path / "finetune.json").is_file()
    assert from_onnx(out).config == from_onnx(tiny_lifter).config
    again, same = finetune(own(), tiny_lifter, tmp_path, same_person=True, rounds=1, epochs=2)
    assert (again, same.virtual_views_mm) == (out, report.virtual_views_mm)
    with pytest.raises(ValueError, match="another configuration"):
        finetune(own(1), tiny_lifter, tmp_path, same_person=True, epochs=2)


def test_a_further_round_goes_on_from_what_the_last_one_taught(tiny_lifter, tmp_path):
    one, _ = finetune(own(), tiny_lifter, tmp_path / "one", rounds=1, epochs=1)
    two, report = finetune(own(), tiny_lifter, tmp_path / "two", rounds=2, epochs=1)
    facts = load_network(two).facts
    first, second = (load_network(path).facts for path in sorted((tmp_path / "two").glob("round*/*.onnx")))
    assert first.weights_sha256 == load_network(one).facts.weights_sha256
    assert second.weights_sha256 == facts.weights_sha256 != first.weights_sha256
    assert (report.rounds, facts.card["finetuned"]["rounds"], first.card["finetuned"]["rounds"]) == (2, 2, 1)
    rounds = [
        json.loads(load_checkpoint(tmp_path / "two" / name / "checkpoint.pt").config_json)
        for name in ("round1", "round2")
    ]
    assert rounds[0]["starts_from"] == load_network(tiny_lifter).facts.weights_sha256
    assert rounds[1]["starts_from"] == first.weights_sha256
    assert rounds[0]["seed"] != rounds[1]["seed"]
    assert two.with_suffix(".json").is_file()


def test_half_of_the_views_are_of_motions_that_are_known_to_be_true(tiny_lifter, tmp_path):
    _, joints = body_with_a_face()
    short, known = joints[0, :60], joints[0] * np.float32(2.0)
    for name, body in (("a.npz", known), ("b.npz", known)):
        seen = np.arange(len(body)) < 300
        scores = np.repeat(seen[:, None], len(H36M_21), axis=1).astype(np.float32)
        write_motion_npz(Motion(body, seen, scores, H36M_21, 60.0, "world"), tmp_path / name)
    labelled = read_labelled(tmp_path)
    np.testing.assert_array_equal(labelled[1].joints, known)
    assert labelled[0].sure.sum() == 300
    teachers = [LiftedMotion(short, np.ones(60, bool), 60.0)]
    views = VirtualViews(teachers, ViewConfig(clips=400, scale_sd=0.0), 30.0, 1, 1, seed=1, labelled=labelled)
    sequences = views.epoch(0)
    thigh = [H36M_21.index(name) for name in ("left_hip", "left_knee")]
    lengths = np.linalg.norm(sequences.targets[:, thigh[0]] - sequences.targets[:, thigh[1]], axis=-1)
    assert 0.4 < (lengths > 0.6).mean() < 0.6
    out, _ = finetune(own(1), tiny_lifter, tmp_path / "run", labelled=labelled, rounds=1, epochs=1)
    assert len(load_network(out).facts.card["finetuned"]["labelled_sha256"]) == 64
    with pytest.raises(ValueError, match="no motions in it"):
        read_labelled(tmp_path / "run")
    with pytest.raises(FileNotFoundError, match="no such folder of motions"):
        read_labelled(tmp_path / "absent")


def test_a_prepared_folder_of_keypoints_has_the_clips_that_the_folder_has(tmp_path):
    (tmp_path / "clips").mkdir()
    for number in range(2):
        write_keypoints_npz(walking_person(number, 60).keypoints, tmp_path / "clips" / f"{number}.npz")
    facts, unread = keypoint_files(tmp_path / "clips", lambda size: Camera.from_fov(70, size))
    prepare_set(facts, unread, tmp_path / "set")
    given = read_own_clips(tmp_path / "clips", lambda size: Camera.from_fov(70, size))
    prepared = read_own_clips(tmp_path / "set", lambda size: None)
    assert len(given) == len(prepared) == 2
    for one, other in zip(given, prepared, strict=True):
        assert one.camera == other.camera
        assert one.keypoints.skeleton == other.keypoints.skeleton
        np.testing.assert_array_equal(one.keypoints.points_px, other.keypoints.points_px)
        np.testing.assert_array_equal(one.keypoints.scores, other.keypoints.scores)


def test_what_cannot_be_learnt_from_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such folder of keypoints"):
        read_own_clips(tmp_path / "absent", lambda size: None)
    with pytest.raises(ValueError, match="no keypoints in it"):
        read_own_clips(tmp_path, lambda size: None)
    write_keypoints_npz(walking_person(0, 60).keypoints, tmp_path / "walk.npz")
    (clip,) = read_own_clips(tmp_path, lambda size: None)
    assert (clip.name, clip.camera) == ("walk", Camera.assumed((1280, 720)))
    with pytest.raises(ValueError, match="none to learn from"):
        finetune([], tmp_path / "model.onnx", tmp_path)
    with pytest.raises(ValueError, match="rounds: 1 or more expected, got 0"):
        finetune([clip], tmp_path / "model.onnx", tmp_path, rounds=0)
