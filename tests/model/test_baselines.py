"""Laws of the networks that temporal convolutions are compared with."""

import pytest
import torch

from kinelift.model import TemporalConfig
from kinelift.model.baselines import PlainLstm, ResidualMlp, SequenceToSequence, WindowNetwork
from kinelift.model.baselines.sequence_to_sequence import LayerNormLstmCell

NETWORKS = ((ResidualMlp, 1), (SequenceToSequence, 5), (PlainLstm, 9))


def network_of(kind, frames, **changes) -> WindowNetwork:
    """Return a small network of fixed weights."""
    torch.manual_seed(0)
    return kind(TemporalConfig(filter_widths=(frames,), **{"channels": 16, "dropout": 0.0, **changes})).eval()


@pytest.mark.parametrize(("kind", "frames"), NETWORKS)
def test_each_answer_depends_on_its_own_window_alone(kind, frames):
    network = network_of(kind, frames)
    clip = torch.randn(2, 20, 17, 2, generator=torch.Generator().manual_seed(1))
    whole = network(clip)
    assert whole.shape == (2, 20 - frames + 1, 17, 3)
    for start in (0, 7):
        alone = network(clip[:, start : start + frames])
        assert torch.allclose(whole[:, start : start + 1], alone, atol=1e-5)


@pytest.mark.parametrize(("kind", "frames"), NETWORKS)
def test_other_windows_than_one_filter_are_refused(kind, frames):
    with pytest.raises(ValueError, match="one filter width"):
        kind(TemporalConfig(filter_widths=(3, 3), channels=16))


def test_a_clip_shorter_than_the_window_is_refused():
    with pytest.raises(ValueError, match="at least 9 frames"):
        network_of(PlainLstm, 9)(torch.zeros(1, 8, 17, 2))


def test_a_residual_network_reads_one_frame():
    with pytest.raises(ValueError, match="one frame"):
        network_of(ResidualMlp, 3)


def test_standardised_networks_answer_alike_whatever_the_unit():
    """Keypoints and joints in other units give the same z scores, so the same answers in those units."""
    generator = torch.Generator().manual_seed(2)
    inputs, targets = (torch.randn(64, 17, axes, generator=generator) for axes in (2, 3))
    answers = []
    for unit in (1.0, 100.0):
        network = network_of(ResidualMlp, 1)
        network.fit(inputs * unit, targets * unit)
        answers.append(network((inputs * unit)[:, None]) / unit)
    assert torch.allclose(*answers, atol=1e-4)


def test_a_joint_that_never_moves_is_answered_as_it_is_once_scores_are_zero():
    network = network_of(ResidualMlp, 1)
    targets = torch.randn(64, 17, 3, generator=torch.Generator().manual_seed(3))
    targets[:, 0] = 0.0
    network.fit(torch.randn(64, 17, 2), targets)
    for parameter in network.parameters():
        parameter.data.zero_()
    answer = network(torch.randn(1, 1, 17, 2))[0, 0]
    assert torch.allclose(answer, targets.mean(0), atol=1e-6)


def test_the_cell_forgets_scale_and_offset_of_its_gates():
    """Layer norm: gates that are ten times as large give the same step."""
    torch.manual_seed(4)
    cell = LayerNormLstmCell(6, 12)
    read, state = torch.randn(3, 6), (torch.randn(3, 12), torch.randn(3, 12))
    before = cell(read, state)
    cell.gates.weight.data *= 10.0
    for one, other in zip(before, cell(read, state), strict=True):
        assert torch.allclose(one, other, atol=1e-3)


def test_sequences_of_poses_that_are_right_cost_nothing():
    network = network_of(SequenceToSequence, 5)
    assert isinstance(network, SequenceToSequence)
    clip = torch.randn(4, 5, 17, 2, generator=torch.Generator().manual_seed(5))
    poses = network.poses(clip.flatten(2)).detach()
    total, error = network.errors(clip, poses)
    assert total.item() == 0.0
    assert error.item() == 0.0
    moved, _ = network.errors(clip, poses + 0.1)
    assert moved.item() > 0.0
