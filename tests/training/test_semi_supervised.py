"""Unlabelled keypoints teach what they can: the frame they belong to, the joints they mark, no more than is asked."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kinelift.body import COCO_17, H36M_17
from kinelift.body.camera import Camera
from kinelift.body.mapping import mirror
from kinelift.datasets.studio_cameras import human36m_cameras
from kinelift.evaluation.networks import load_networks
from kinelift.geometry.normalisation import MIRRORS
from kinelift.geometry.projection import project_human36m
from kinelift.interop.keypoint_layouts import HUMANEVA_15, MPII_16
from kinelift.losses import bone_length_agreement, mpjpe, reprojection, trajectory_wmpjpe
from kinelift.model import TemporalConfig, causal, fixed_lag
from kinelift.sampling.studio_source import StudioData, UnlabelledData, load_studio
from kinelift.sampling.unlabelled import HalfLabelled, Unlabelled, screen_intrinsics
from kinelift.training.config import TrainConfig
from kinelift.training.paper_presets import PAPER_PRESETS, StudioConfig
from kinelift.training.paper_semi import semi_supervised
from kinelift.training.precision import MatmulPrecision
from kinelift.training.semi_batches import semi_batches
from kinelift.training.semi_supervised import SemiLearner, SemiSupervision, shared_joints
from kinelift.training.studio_run import run_studio
from tests.datasets.synthetic_studio import make_synthetic_studio

WIDTHS = (3, 3)
CPU = torch.device("cpu")
CLOCKS = {"centred": None, "causal": causal(WIDTHS), "late": fixed_lag(WIDTHS, 1)}


def tiny(clock="centred", **changes):
    model = TemporalConfig(filter_widths=WIDTHS, channels=8, future_taps=CLOCKS[clock])
    config = TrainConfig(name="tiny", model=model, batch_size=16, edges="pad", precision="fp32", epochs=4)
    return replace(config, **changes)


def half_labelled(keypoints=H36M_17, joints=H36M_17, frames=20):
    """Return clips whose every number tells its frame, the same with joints and without."""
    rng = np.random.default_rng(0)
    number = np.arange(frames, dtype=np.float32)[:, None, None]
    points = np.broadcast_to(number / 100, (frames, len(keypoints), 2)).copy()
    lens = human36m_cameras("S1")[0].lens
    assert lens is not None
    return HalfLabelled(
        joints=points,
        extra=np.zeros((frames, 0), np.float32),
        targets=rng.normal(0, 0.3, (frames, len(joints), 3)).astype(np.float32) + number,
        lengths=np.array([frames]),
        input_skeleton=keypoints,
        output_skeleton=joints,
        mirror=MIRRORS["width"],
        roots=np.full((frames, 3), 5.0, np.float32),
        unlabelled=Unlabelled(points, np.array([frames]), screen_intrinsics(lens)[None]),
    )


@pytest.mark.parametrize("clock", list(CLOCKS))
def test_keypoints_compared_are_those_of_the_frame_answered_for(clock):
    config = tiny(clock, mirrored=False, edges="skip")
    count = 0
    for batch in semi_batches(config, half_labelled(), np.random.default_rng(0), CPU):
        first = (batch.unlabelled[:, 0, 0, 0] * 100).round()
        answered = (batch.screen[:, 0, 0, 0] * 100).round()
        assert torch.equal(answered - first, torch.full_like(first, config.model.past))
        # The labelled half says independently which frame a window belongs to.
        of_labels = batch.labelled.targets[:, 0].mean((1, 2)).round()
        assert torch.equal(of_labels - (batch.labelled.joints[:, 0, 0, 0] * 100).round(), answered - first)
        count += len(first)
    assert count == 20 - 8


def test_a_mirrored_lens_shows_the_mirrored_body():
    lens = human36m_cameras("S1")[0].lens
    assert lens is not None
    numbers = torch.from_numpy(screen_intrinsics(lens)).double()
    signs = torch.tensor([1, 1, -1, 1, 1, 1, 1, -1, 1])
    body = torch.rand(17, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64) + torch.tensor(
        [0, 0, 4]
    )

    def seen(points, lens):
        return project_human36m(points, lens[:2], lens[2:4], lens[4:7], lens[7:])

    torch.testing.assert_close(
        seen(mirror(body, H36M_17), numbers * signs), mirror(seen(body, numbers), H36M_17)
    )


@pytest.mark.parametrize("layout", [H36M_17, COCO_17, MPII_16, HUMANEVA_15])
def test_only_joints_both_layouts_mark_are_compared(layout):
    of_joints, of_keypoints = shared_joints(layout, H36M_17)
    assert [H36M_17.names[joint] for joint in of_joints] == [layout.names[point] for point in of_keypoints]
    assert {"left_knee", "right_wrist"} <= {layout.names[point] for point in of_keypoints}
    if layout is COCO_17:
        assert "pelvis" not in {H36M_17.names[joint] for joint in of_joints}


def warm_learner(semi, epoch, config=None):
    torch.manual_seed(0)
    learner = SemiLearner(config or tiny(), semi, CPU)
    learner.schedule(epoch, 0.0)
    learner.model.eval()
    return learner


@pytest.mark.parametrize("layout", [H36M_17, COCO_17])
def test_the_loss_is_the_sum_of_the_terms_that_are_asked_for(layout):
    (batch, *_) = semi_batches(tiny(), half_labelled(layout), np.random.default_rng(0), CPU)
    fp32 = MatmulPrecision("fp32", "cpu")

    def loss(epoch=2, **semi):
        with torch.no_grad():
            return warm_learner(SemiSupervision(**semi), epoch).loss(batch, fp32).total

    learner = warm_learner(SemiSupervision(), 0)
    with torch.no_grad():
        poses, roots = learner.model(torch.cat([batch.labelled.joints, batch.unlabelled]))
    count = len(batch.roots)
    labels = mpjpe(poses[:count], batch.labelled.targets) + trajectory_wmpjpe(roots[:count], batch.roots)
    a, b = (list(each) for each in shared_joints(layout, H36M_17))
    screen = reprojection(poses[count:, :, a], roots[count:], batch.screen[:, :, b], batch.intrinsics)
    bones = bone_length_agreement(poses[:count], poses[count:], H36M_17)
    torch.testing.assert_close(loss(epoch=0), labels)
    torch.testing.assert_close(loss(), labels + screen + bones)
    torch.testing.assert_close(loss(bones=0.0), labels + screen)
    torch.testing.assert_close(loss(reprojection=0.0), labels + bones)
    assert not torch.isclose(loss(lens="linear"), loss())


def test_the_networks_share_no_weights_and_both_learn_from_the_screen():
    learner = warm_learner(SemiSupervision(), 2)
    (batch, *_) = semi_batches(tiny(), half_labelled(), np.random.default_rng(0), CPU)
    learner.loss(batch, MatmulPrecision("fp32", "cpu")).total.backward()
    pose, trajectory = (list(part.parameters()) for part in (learner.model.pose, learner.model.trajectory))
    assert not {id(each) for each in pose} & {id(each) for each in trajectory}
    assert all(each.grad is not None and each.grad.abs().sum() > 0 for each in (pose[0], trajectory[0]))
    assert sum(len(group["params"]) for group in learner.optimisers[0].param_groups) == len(pose + trajectory)


def test_a_stated_field_of_view_stands_in_for_a_lens(tmp_path):
    make_synthetic_studio.write("humaneva", tmp_path, ["gt"], frames=12)
    data = StudioData("humaneva15", "gt", subjects=("Train/S1",))
    who = UnlabelledData(("Unlabeled/S4",))
    with pytest.raises(ValueError, match=r"its focal length is not known; state a field of view"):
        load_studio(data, tmp_path, who)
    sequences = load_studio(data, tmp_path, replace(who, field_of_view_degrees=50.0)).epoch(0)
    assert isinstance(sequences, HalfLabelled)
    stated = Camera.from_fov(50.0, (640, 480))
    np.testing.assert_allclose(sequences.unlabelled.intrinsics[0], screen_intrinsics(stated))


def test_a_subset_is_one_stretch_of_each_recording_the_same_for_all_its_cameras(tmp_path):
    make_synthetic_studio.write("human36m", tmp_path, ["gt"], frames=40)
    data = StudioData(detections="gt", subjects=("S1",), actions=("Walking",))
    whole, tenth, half = (
        load_studio(replace(data, **changes), tmp_path).epoch(0)
        for changes in ({}, {"subset": 0.1}, {"downsample": 2})
    )
    assert set(tenth.lengths) == {4}
    assert set(half.lengths) == {20}
    np.testing.assert_array_equal(half.targets, whole.targets[::2])
    starts = set()
    for view in range(4):
        part, all_of_it = tenth.targets[4 * view : 4 * view + 4], whole.targets[40 * view : 40 * view + 40]
        (at,) = [start for start in range(37) if np.array_equal(all_of_it[start : start + 4], part)]
        starts.add(at)
    assert len(starts) == 1


def test_a_run_learns_from_both_halves_and_its_trajectory_is_tested_too(tmp_path):
    make_synthetic_studio.write("human36m", tmp_path / "data", ["gt"], frames=12)
    preset = PAPER_PRESETS["h36m-debug"]
    preset = replace(
        preset, epochs=2, studio=replace(preset.studio, subjects=("S1",), actions=("Walk",), subset=0.5)
    )
    semi = semi_supervised(preset, subjects=("S5", "S2"), warm_up_epochs=1)
    assert isinstance(semi, StudioConfig)
    finished = run_studio(semi, tmp_path / "data", tmp_path / "run")
    assert finished.model.is_file()
    networks = load_networks(finished.checkpoint)
    assert networks.trajectory is not None
    assert networks.trajectory.config.joints_out == 1
    alone = run_studio(preset, tmp_path / "data", tmp_path / "alone")
    assert load_networks(alone.checkpoint).trajectory is None


def test_what_cannot_be_asked_for_is_said():
    with pytest.raises(ValueError, match="name who is learnt from without labels"):
        semi_supervised(PAPER_PRESETS["h36m-27"], bones="off")
    with pytest.raises(ValueError, match="paper's presets alone"):
        semi_supervised(tiny(), subjects=("S5",))
    chosen = semi_supervised(PAPER_PRESETS["h36m-27-semi"], projection="none", bones="off")
    assert isinstance(chosen, StudioConfig)
    assert chosen.semi == SemiSupervision(warm_up_epochs=5, reprojection=0.0, bones=0.0)
    with pytest.raises(ValueError, match=r"subset: a share above 0 and up to 1"):
        StudioData(subset=0.0)
