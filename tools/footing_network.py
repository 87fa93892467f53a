"""The footing network: convolutions over time that tell which way is up and when feet stand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from footing_clips import Clips, contacts, read
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from kinelift.body.skeleton import H36M_21
from kinelift.geometry.kinematics import symmetric_bone_lengths
from kinelift.placing.footing import REACH, footing_features, leg_length

FEATURES, CHANNELS, ANSWERS = 75, 160, 9
DILATIONS = (1, 3, 9, 27)
"""Their sum is REACH."""
LEVEL = torch.tensor([0.0, -1.0, 0.0])
"""Up as a camera sees it that is held level; the network answers how up differs."""


@dataclass(frozen=True)
class TrainingConfig:
    """How the network is trained."""

    minutes: float = 55.0
    learning_rate: float = 2e-3
    weight_decay: float = 3e-2
    warm_up_steps: int = 200
    clips_a_step: int = 48
    dropout: float = 0.1
    lean_degrees: tuple[float, float] = (2.0, 2.0 / 3.0)
    """By which clips are turned about the camera's x and z axes, as lifted bodies lean that were never trained on."""
    larger_errors: float = 2.0
    """By up to how much the errors of lifted bodies are made larger: of motion that the lifter was trained on, as all
    clips are, they are smaller than of any other."""
    frame_weight: float = 0.3
    """Of each frame's answer beside the clip's."""
    contact_weight: float = 0.05
    error_weight: float = 0.01
    """Of the error that the network expects of itself."""
    averaging: float = 0.998
    seed: int = 0


class FootingNet(nn.Module):
    """Residual blocks of a dilated convolution and a pointwise one, without padding: time + 2 REACH frames in."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.inp = nn.Conv1d(FEATURES, CHANNELS, 1)
        self.a = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=each) for each in DILATIONS)
        self.b = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 1) for _ in DILATIONS)
        self.n = nn.ModuleList(nn.BatchNorm1d(CHANNELS) for _ in DILATIONS)
        self.out = nn.Conv1d(CHANNELS, ANSWERS, 1)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, time, 9): up's difference from LEVEL, log weight, 4 contact logits, log error in radians."""
        y = torch.relu(self.inp(x.transpose(1, 2)))
        for wide, narrow, norm, dilation in zip(self.a, self.b, self.n, DILATIONS, strict=True):
            block = torch.relu(narrow(torch.relu(norm(wide(y)))))
            y = y[..., dilation:-dilation] + self.drop(block)
        return self.out(y).transpose(1, 2)


def train(files: list[Path], config: TrainingConfig) -> FootingNet:
    """Train on files of clips for so many minutes and return the average of the weights."""
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    net = FootingNet(config.dropout)
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(config.averaging), use_buffers=True)
    optimiser = torch.optim.AdamW(net.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    begun, step = time.monotonic(), 0
    while (done := (time.monotonic() - begun) / 60.0 / config.minutes) < 1.0:
        rate = min(1.0, step / config.warm_up_steps) * (0.5 * (1.0 + np.cos(np.pi * done)) + 0.005)
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * rate
        features, touching, up = _batch(read(files[rng.integers(len(files))]), config, rng)
        loss = _loss(net(features), touching, up, config)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        average.update_parameters(net)
        step += 1
        if step % 500 == 0:
            print(f"step {step}, {100.0 * done:.0f} %, loss {loss.item():.4f}", flush=True)
    trained = average.module
    assert isinstance(trained, FootingNet)
    return trained.eval()


def _batch(clips: Clips, config: TrainingConfig, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Draw clips of a file, a part of each, some leaning and half of them mirrored."""
    chosen, frames = rng.permutation(len(clips.lifted))[: config.clips_a_step], clips.lifted.shape[1]
    count = int(rng.integers(min(60, frames), frames + 1))
    first = int(rng.integers(0, frames - count + 1))
    part = slice(first, first + count)
    true, up = clips.true[chosen, part], clips.up[chosen]
    larger = np.exp(rng.uniform(0.0, np.log(config.larger_errors), (len(chosen), 1, 1, 1)))
    joints = true + larger * (clips.lifted[chosen, part] - true)
    touching = contacts(clips)[chosen, part]
    root = joints[:, :, :1]
    joints = (joints - root) @ np.swapaxes(_leans(len(chosen), config, rng), -1, -2)[:, None] + root
    if rng.random() < 0.5:
        joints = joints[:, :, list(H36M_21.mirrored)] * (-1.0, 1.0, 1.0)
        up, touching = up * (-1.0, 1.0, 1.0), touching[..., [2, 3, 0, 1]]
    lengths = symmetric_bone_lengths(joints, H36M_21)
    legs = np.array([leg_length(each, H36M_21) for each in lengths])
    features = np.pad(footing_features(joints, legs), ((0, 0), (REACH, REACH), (0, 0)), mode="edge")
    return (
        torch.tensor(features, dtype=torch.float32),
        torch.tensor(touching, dtype=torch.float32),
        torch.tensor(up, dtype=torch.float32),
    )


def _leans(count: int, config: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    about_x, about_z = (np.radians(rng.normal(0.0, degrees, count)) for degrees in config.lean_degrees)
    zero, one = np.zeros(count), np.ones(count)
    turned_x = np.array(
        [
            [one, zero, zero],
            [zero, np.cos(about_x), -np.sin(about_x)],
            [zero, np.sin(about_x), np.cos(about_x)],
        ]
    )
    turned_z = np.array(
        [
            [np.cos(about_z), -np.sin(about_z), zero],
            [np.sin(about_z), np.cos(about_z), zero],
            [zero, zero, one],
        ]
    )
    return np.moveaxis(turned_z, -1, 0) @ np.moveaxis(turned_x, -1, 0)


def _loss(answers: Tensor, touching: Tensor, up: Tensor, config: TrainingConfig) -> Tensor:
    told, weight = answers[..., :3] + LEVEL, torch.exp(answers[..., 3:4].clamp(-6.0, 6.0))
    mean = (weight * told).sum(1) / weight.sum(1)
    off = (mean / mean.norm(dim=-1, keepdim=True) - up).norm(dim=-1)
    expected = ((weight * answers[..., 8:9]).sum(1) / weight.sum(1))[:, 0].clamp(-5.0, 1.0)
    contact = nn.functional.binary_cross_entropy_with_logits(answers[..., 4:8], touching)
    return (
        off.mean()
        + config.frame_weight * (told - up[:, None]).norm(dim=-1).mean()
        + config.contact_weight * contact
        + config.error_weight * (2.0 * off.detach() / torch.exp(expected) + 2.0 * expected).mean()
    )


def export(net: FootingNet, path: Path) -> None:
    """Write the network as an .onnx, its normalisations folded into its convolutions."""
    state = {name: value.double().numpy() for name, value in net.state_dict().items()}
    graph = _Graph()
    graph.node("Transpose", ["x"], "turned", perm=[0, 2, 1])
    last = graph.relu(graph.conv("turned", state["inp.weight"], state["inp.bias"]))
    for block, dilation in enumerate(DILATIONS):
        gain = state[f"n.{block}.weight"] / np.sqrt(state[f"n.{block}.running_var"] + net.n[block].eps)
        shift = (state[f"a.{block}.bias"] - state[f"n.{block}.running_mean"]) * gain + state[
            f"n.{block}.bias"
        ]
        wide = graph.relu(graph.conv(last, state[f"a.{block}.weight"] * gain[:, None, None], shift, dilation))
        narrow = graph.relu(graph.conv(wide, state[f"b.{block}.weight"], state[f"b.{block}.bias"]))
        cut = graph.cut(last, dilation)
        last = graph.node("Add", [cut, narrow], f"block_{block}")
    answers = graph.conv(last, state["out.weight"], state["out.bias"])
    graph.node("Transpose", [answers], "y", perm=[0, 2, 1])
    graph.save(path)


class _Graph:
    """An onnx graph as it grows."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._values: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **how: list[int]) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], None, None, None, None, **how))
        return output

    def relu(self, value: str) -> str:
        return self.node("Relu", [value], f"{value}_relu")

    def conv(self, value: str, weight: np.ndarray, bias: np.ndarray, dilation: int = 1) -> str:
        name = f"conv_{len(self._nodes)}"
        inputs = [value, self._constant(f"{name}_w", weight), self._constant(f"{name}_b", bias)]
        return self.node("Conv", inputs, name, dilations=[dilation], kernel_shape=[weight.shape[2]])

    def cut(self, value: str, frames: int) -> str:
        name = f"cut_{len(self._nodes)}"
        ends = [
            self._whole(f"{name}_{part}", n) for part, n in (("from", frames), ("to", -frames), ("axis", 2))
        ]
        return self.node("Slice", [value, *ends], name)

    def save(self, path: Path) -> None:
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", f"time + {2 * REACH}", FEATURES])
        y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "time", ANSWERS])
        graph = helper.make_graph(self._nodes, "footing", [x], [y], self._values)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString())

    def _constant(self, name: str, value: np.ndarray) -> str:
        self._values.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def _whole(self, name: str, number: int) -> str:
        self._values.append(numpy_helper.from_array(np.array([number]), name))
        return name
