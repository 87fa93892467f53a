"""The sequence-to-sequence network of Hossain and Little (ECCV 2018): five frames in, five poses out.

An LSTM with layer norm reads the keypoints backwards; another starts from its state and from ones, and then reads what
it answered last, each answer added to what was read.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinelift.body.skeleton import H36M_17
from kinelift.geometry.errors import mpjpe
from kinelift.model.baselines.window_network import WindowNetwork
from kinelift.model.temporal_config import TemporalConfig

SMOOTHNESS = 5.0
"""Weight of errors of differences between neighbouring frames."""

_LEGS, _ARMS = ("hip", "knee", "ankle"), ("elbow", "wrist")
_LEG_WEIGHT, _ARM_WEIGHT = 2.5, 4.0

_State = tuple[Tensor, Tensor]


class LayerNormLstmCell(nn.Module):
    """One step of an LSTM whose gates and cell are normalised over channels (Ba et al., 2016)."""

    def __init__(self, inputs: int, channels: int) -> None:
        super().__init__()
        self.gates = nn.Linear(inputs + channels, 4 * channels, bias=False)
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in range(4))
        self.cell_norm = nn.LayerNorm(channels)

    def forward(self, read: Float[Tensor, "window input"], state: _State) -> _State:
        """Return what is answered and the cell, from those of the step before."""
        hidden, cell = state
        parts = self.gates(torch.cat([read, hidden], dim=1)).chunk(4, dim=1)
        add, new, forget, out = (norm(part) for norm, part in zip(self.norms, parts, strict=True))
        cell = cell * torch.sigmoid(forget + 1.0) + torch.sigmoid(add) * torch.tanh(new)
        return torch.tanh(self.cell_norm(cell)) * torch.sigmoid(out), cell


class SequenceToSequence(WindowNetwork):
    """An encoder and a decoder; of a window's poses the present frame's is the answer."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__(config)
        self.numbers_out = 3 * config.joints_out
        self.encoder = LayerNormLstmCell(config.input_features, config.channels)
        self.decoder = LayerNormLstmCell(self.numbers_out, config.channels)
        self.dropout = nn.Dropout(config.dropout)
        self.last = nn.Linear(config.channels, self.numbers_out)
        self._weights = torch.tensor(joint_weights(config.joints_out))

    def poses(self, windows: Float[Tensor, "window frame input"]) -> Float[Tensor, "window frame target 3"]:
        """Return the poses of all frames of each window."""
        count, frames, _ = windows.shape
        state = (windows.new_zeros(count, self.config.channels),) * 2
        for frame in reversed(range(frames)):
            state = self.encoder(self.dropout(windows[:, frame]), state)
        read, answers = windows.new_ones(count, self.numbers_out), []
        for _ in range(frames):
            state = self.decoder(read, state)
            read = read + self.last(self.dropout(state[0]))
            answers.append(read)
        return self._joints(torch.stack(answers, dim=1))

    def answer(self, windows: Float[Tensor, "window frame input"]) -> Float[Tensor, "window target 3"]:
        """Return the pose of each window's present frame."""
        return self.poses(windows)[:, self.config.past]

    def errors(
        self,
        windows: Float[Tensor, "window frame joint 2"],
        targets: Float[Tensor, "window frame_out target 3"],
    ) -> tuple[Tensor, Tensor]:
        """Return squared errors of poses, limbs weighing more, and of their differences; and the MPJPE."""
        poses = self.poses(windows.flatten(2)).float()
        off = (poses - targets) ** 2 * self._weights.to(poses)[:, None]
        jumps = (poses.diff(dim=1) - targets.diff(dim=1)) ** 2 * self._weights.to(poses)[:, None]
        with torch.no_grad():
            error = mpjpe(poses, targets)
        return off.mean() + SMOOTHNESS * jumps.mean(), error


def joint_weights(joints: int) -> list[float]:
    """Return 1 for the trunk, 2.5 for legs and 4 for arms, of H36M_17; 1 for every joint of other layouts."""
    if joints != len(H36M_17):
        return [1.0] * joints
    weights = []
    for name in H36M_17.names:
        part = name.rpartition("_")[2]
        weights.append(_LEG_WEIGHT if part in _LEGS else _ARM_WEIGHT if part in _ARMS else 1.0)
    return weights
