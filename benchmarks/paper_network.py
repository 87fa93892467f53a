"""The paper's 243-frame network in plain PyTorch, written from its description, and the same weights as our files.

Pavllo et al., CVPR 2019, section 3: convolutions over time, each followed by batch norm, ReLU and dropout (idle here);
four residual blocks of a dilated convolution of width 3 and one of width 1; 1024 channels, 17 joints.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

import kinelift as kl
from kinelift.body import COCO_17, H36M_17
from kinelift.body.model_facts import ModelFacts
from kinelift.demo import demo_clip
from kinelift.model import TemporalConfig, TemporalModel
from kinelift.training.exporting import TrainedNetwork

CHANNELS = 1024
JOINTS = 17
WIDTHS = (3, 3, 3, 3, 3)
RECEPTIVE_FIELD = 243


class PaperNetwork(nn.Module):
    """(batch, frame, joint, 2) -> (batch, frame - 242, joint, 3)."""

    def __init__(self, *, causal: bool, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.causal, self.widths = causal, widths
        self.expand_conv = nn.Conv1d(2 * JOINTS, CHANNELS, widths[0], bias=False)
        self.expand_bn = nn.BatchNorm1d(CHANNELS)
        convolutions: list[nn.Module] = []
        dilation = widths[0]
        for width in widths[1:]:
            convolutions.append(nn.Conv1d(CHANNELS, CHANNELS, width, dilation=dilation, bias=False))
            convolutions.append(nn.Conv1d(CHANNELS, CHANNELS, 1, bias=False))
            dilation *= width
        self.layers_conv = nn.ModuleList(convolutions)
        self.layers_bn = nn.ModuleList(nn.BatchNorm1d(CHANNELS) for _ in convolutions)
        self.shrink = nn.Conv1d(CHANNELS, 3 * JOINTS, 1)

    def forward(self, keypoints: Tensor) -> Tensor:
        """Lift keypoints to joints."""
        x = keypoints.flatten(2).transpose(1, 2)
        x = torch.relu(self.expand_bn(self.expand_conv(x)))
        reach = self.widths[0] - 1
        dilation = self.widths[0]
        for block, width in enumerate(self.widths[1:]):
            reach = (width - 1) * dilation
            present = reach if self.causal else reach // 2
            residual = x[:, :, present : x.shape[2] - reach + present]
            for layer in (2 * block, 2 * block + 1):
                x = torch.relu(self.layers_bn[layer](self.layers_conv[layer](x)))
            x = residual + x
            dilation *= width
        return self.shrink(x).transpose(1, 2).unflatten(2, (JOINTS, 3))


def random_network(*, causal: bool, widths: tuple[int, ...] = WIDTHS) -> PaperNetwork:
    """Return a network of random weights and statistics, in eval mode; its answers are about a body, to be placed."""
    torch.manual_seed(0)
    network = PaperNetwork(causal=causal, widths=widths).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0.0, 0.1)
            module.get_buffer("running_mean").normal_(0.0, 0.1)
            module.get_buffer("running_var").uniform_(0.1, 0.5)
    motion = kl.lift(kl.read_keypoints(demo_clip()))
    pose = motion.joints[0, [motion.skeleton.index(name) for name in H36M_17.names]]
    network.shrink.weight.data.mul_(0.25)
    network.shrink.bias = nn.Parameter(torch.from_numpy(pose - pose[0]).flatten())
    return network


def ours(network: PaperNetwork) -> TrainedNetwork:
    """Return the same weights as a network to export, for COCO keypoints."""
    model = TemporalModel.from_reference_state(network.state_dict(), causal=network.causal)
    return TrainedNetwork(model, _facts("paper", model.config))


class _Undilated(TemporalConfig):
    """The paper's layers with neighbouring frames as taps."""

    @property
    def dilations(self) -> tuple[int, ...]:
        return (1,) * len(self.filter_widths)

    @property
    def receptive_field(self) -> int:
        return 1 + sum(self.reaches)


def undilated(network: PaperNetwork) -> TrainedNetwork:
    """Return the same weights without dilation: 11 frames."""
    config = _Undilated(filter_widths=WIDTHS, channels=CHANNELS, future_taps=(0,) * len(WIDTHS))
    model = TemporalModel(config)
    model.load_state_dict(ours(network).model.state_dict())
    return TrainedNetwork(model.eval(), _facts("undilated", config))


def _facts(name: str, config: TemporalConfig) -> ModelFacts:
    return ModelFacts(
        name=name,
        input_skeleton=COCO_17,
        output_skeleton=H36M_17,
        fps=None,
        receptive_field=config.receptive_field,
        look_ahead=config.look_ahead,
        normalisation="width",
        weights_sha256="",
    )


def file_size_mb(path: Path) -> float:
    """Return the size of a file in millions of bytes."""
    return round(path.stat().st_size / 1e6, 1)
