"""Every network that is compared learns a small problem on the loop that the temporal network learns on."""

import numpy as np
import pytest
import torch

from kinelift.body.skeleton import H36M_17
from kinelift.geometry.normalisation import MIRRORS
from kinelift.model import TemporalConfig
from kinelift.model.baselines import PlainLstm, ResidualMlp, SequenceToSequence
from kinelift.sampling.sequences import Sequences, cut_windows
from kinelift.training.baselines import BaselineLearner, WholeGatherer
from kinelift.training.config import OptimiserConfig, TrainConfig
from kinelift.training.loop import train
from kinelift.training.validation import validation_error


def swinging(clips: int = 8, frames: int = 24) -> Sequences:
    """Return bodies whose joints go to and fro, seen from the front; depth is half of what is across."""
    rng = np.random.default_rng(0)
    phase = rng.uniform(0.0, 6.3, (clips, 1, 17)) + np.arange(frames)[:, None] / 4.0
    across, down = 0.4 * np.sin(phase), np.broadcast_to(np.linspace(-0.8, 0.8, 17), phase.shape)
    poses = np.stack([across, down, across / 2.0], axis=-1).reshape(-1, 17, 3).astype(np.float32)
    poses -= poses[:, :1]
    seen = poses[..., :2] / 4.0
    return Sequences(
        seen,
        np.zeros((len(seen), 0), np.float32),
        poses,
        np.full(clips, frames),
        H36M_17,
        H36M_17,
        MIRRORS["width"],
    )


class Still:
    """The same sequences in every epoch."""

    def epoch(self, index: int) -> Sequences:
        """Return them."""
        return swinging()


def config_of(widths, rate, *, dense=False, epochs=12):
    """Return a short run."""
    return TrainConfig(
        name="tiny",
        model=TemporalConfig(filter_widths=widths, channels=48, dropout=0.0, dense=dense),
        optimiser=OptimiserConfig(learning_rate=rate, learning_rate_decay=0.9),
        epochs=epochs,
        batch_size=64,
        edges="pad",
        precision="fp32",
    )


@pytest.mark.parametrize(
    ("kind", "frames", "rate"), [(ResidualMlp, 1, 3e-3), (SequenceToSequence, 5, 1e-2), (PlainLstm, 5, 1e-2)]
)
def test_a_baseline_learns_and_goes_on_where_it_stopped(kind, frames, rate, tmp_path):
    config, still = config_of((frames,), rate), swinging()

    def learner(config, device):
        return BaselineLearner(config, kind(config.model), still, device)

    first = learner(config, torch.device("cpu"))
    before = validation_error(first.dilated(), still)
    network = train(config, Still(), tmp_path, make_learner=learner)
    assert validation_error(network, still) < 0.35 * before
    again = train(config, Still(), tmp_path, make_learner=learner)
    for name, values in network.state_dict().items():
        assert torch.equal(values, again.state_dict()[name]), name


def test_a_dense_network_learns_on_windows_as_a_dilated_one_does(tmp_path):
    errors = []
    for dense in (True, False):
        network = train(config_of((3, 3), 3e-3, dense=dense, epochs=24), Still(), tmp_path / f"dense_{dense}")
        assert network.config.dense == dense
        errors.append(validation_error(network, swinging()))
    assert errors[0] < 1.1 * errors[1]
    assert errors[0] < 0.6 * float(np.linalg.norm(swinging().targets, axis=-1).mean())


def test_windows_gathered_whole_have_the_pose_of_each_frame_mirrored_with_it():
    still = swinging(2, 6)
    windows = cut_windows(still.lengths, past=2, look_ahead=2, mirrored=True, edges="pad")
    gather = WholeGatherer(still, windows, torch.device("cpu"))
    chosen = np.array([3, 9])
    batch = gather(chosen)
    assert windows.mirrored[chosen].tolist() == [False, True]
    rows = windows.frames(chosen)
    assert np.allclose(batch.targets[0], still.targets[rows[0]])
    mirrored = still.targets[rows[1]][:, list(H36M_17.mirrored)] * np.array([-1.0, 1.0, 1.0], np.float32)
    assert np.allclose(batch.targets[1], mirrored)
