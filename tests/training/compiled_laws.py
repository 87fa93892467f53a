"""Laws of compiled networks; see test_windows.py, which runs this."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kinelift.model import TemporalConfig
from kinelift.model.relu_dropout import relu_dropout
from kinelift.model.strided import StridedTemporalModel
from kinelift.training.compilation import compiled

CPU = torch.device("cpu")


class TwoLayers(nn.Module):
    """Drops the same values twice over."""

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Return both."""
        return relu_dropout(values, 0.5), relu_dropout(values, 0.5)


def layers_drop_other_values_and_the_same_on_the_way_back() -> None:
    """Neither may the compiler draw once for both, nor anew for gradients."""
    values = torch.ones(64, 64, requires_grad=True)
    first, second = compiled(TwoLayers(), CPU)(values)
    share = ((first != 0) != (second != 0)).float().mean()
    assert 0.4 < share < 0.6, share
    (first + 3 * second).sum().backward()
    torch.testing.assert_close(values.grad, first + 3 * second)


def gradients_and_statistics_are_the_same() -> None:
    """Compiled, as it stands, and the statistics as PyTorch's own batch norm keeps them."""
    torch.manual_seed(0)
    network = StridedTemporalModel(TemporalConfig(filter_widths=(3, 3), channels=32, dropout=0.0)).train()
    keypoints = torch.randn(16, 9, 17, 2)
    state = {name: values.clone() for name, values in network.state_dict().items()}
    gradients, statistics = [], []
    for forward in (network, compiled(network, CPU)):
        network.load_state_dict(state)
        network.zero_grad()
        forward(keypoints).square().sum().backward()
        gradients.append(network.expand.weight.grad)
        statistics.append(network.state_dict()["expand.norm.running_var"].clone())
    torch.testing.assert_close(*gradients, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(*statistics)
    reference = nn.BatchNorm1d(32).train()
    reference(nn.functional.linear(keypoints.reshape(48, -1), state["expand.weight"].flatten(1)))
    torch.testing.assert_close(statistics[0], reference.running_var)


if __name__ == "__main__":
    layers_drop_other_values_and_the_same_on_the_way_back()
    gradients_and_statistics_are_the_same()
