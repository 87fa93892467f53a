"""A network of paired channels answers mirrored bodies with mirrored answers, and as its dense form does."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.geometry.normalisation import MIRRORS
from kinelift.model.paired import PairedTemporalModel, anchors_of, reflection_of_input, reflection_of_rows
from kinelift.model.temporal_config import TemporalConfig

RAYS = MIRRORS["rays"]
CONFIG = TemporalConfig(
    joints_in=23,
    joints_out=21,
    features=3,
    extra_features=3,
    filter_widths=(3, 3),
    channels=12,
    anchors=anchors_of(COCO_23, H36M_21),
)


def network(config: TemporalConfig, seed: int) -> PairedTemporalModel:
    """Make a network whose every weight and statistic is random."""
    torch.manual_seed(seed)
    model = PairedTemporalModel(config, COCO_23, H36M_21, RAYS)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, 0.1, 0.3)
    for name, buffer in model.named_buffers():
        if "running" in name:
            buffer.uniform_(0.5, 1.5)
    return model.eval()


def clips(frames: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw what a network reads."""
    return torch.randn(2, frames, 23, 3) * 0.5, torch.randn(2, frames, 3) * 0.2


def mirrored_clips(joints: torch.Tensor, extra: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Exchange left and right."""
    turned = joints[:, :, list(COCO_23.mirrored)] * torch.tensor(RAYS.joint)
    return turned, extra * torch.tensor(RAYS.extra)


taps_ahead = st.tuples(*[st.integers(0, 2)] * 2)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), ahead=taps_ahead)
@torch.no_grad()
def test_a_mirrored_body_gets_the_mirrored_answer(seed, ahead):
    model = network(TemporalConfig(**{**vars(CONFIG), "future_taps": ahead}), seed)
    joints, extra = clips(12)
    answer, other = model(joints, extra), model(*mirrored_clips(joints, extra))
    back = other[:, :, list(H36M_21.mirrored)] * torch.tensor([-1.0, 1.0, 1.0, 1.0])
    torch.testing.assert_close(back, answer, rtol=1e-5, atol=1e-5)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), ahead=taps_ahead)
@torch.no_grad()
def test_written_out_it_answers_the_same(seed, ahead):
    model = network(TemporalConfig(**{**vars(CONFIG), "future_taps": ahead}), seed)
    joints, extra = clips(14)
    torch.testing.assert_close(model.dense()(joints, extra), model(joints, extra), rtol=1e-4, atol=1e-5)


def test_reflections_undo_themselves():
    for reflection in (reflection_of_input(COCO_23, RAYS), reflection_of_rows(H36M_21)):
        values = torch.arange(float(len(reflection.order)))
        assert torch.equal(reflection(reflection(values)), values)
        assert not torch.equal(reflection(values), values)


def test_gradients_are_those_of_the_written_out_network():
    model = network(CONFIG, 3)
    joints, extra = clips(11)
    joints.requires_grad_()
    (own,) = torch.autograd.grad(model(joints, extra).square().sum(), joints)
    (dense,) = torch.autograd.grad(model.dense()(joints, extra).square().sum(), joints)
    torch.testing.assert_close(own, dense, rtol=1e-3, atol=1e-4)


def test_paired_channels_need_anchors_and_halves():
    for config in (
        TemporalConfig(**{**vars(CONFIG), "anchors": None}),
        TemporalConfig(**{**vars(CONFIG), "channels": 7}),
    ):
        with pytest.raises(ValueError, match="paired channels: anchors and an even number"):
            PairedTemporalModel(config, COCO_23, H36M_21, RAYS)
