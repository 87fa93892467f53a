"""Laws of the fused ReLU and dropout."""

from __future__ import annotations

import torch

from kinelift.model.relu_dropout import relu_dropout


def test_the_share_is_dropped_and_the_mean_stays():
    torch.manual_seed(0)
    dropped = relu_dropout(torch.ones(1000, 100), 0.25)
    assert set(dropped.unique().tolist()) == {0.0, torch.tensor(256 / 192).item()}
    assert abs(dropped.mean().item() - 1) < 0.01
    assert (dropped.view(-1, 8) == 0).float().mean(0).sub(0.25).abs().max() < 0.02


def test_negative_values_vanish_and_nan_stays():
    torch.manual_seed(0)
    values = torch.tensor([-1.0, float("nan")]).repeat(50)
    dropped = relu_dropout(values, 0.25)
    assert not dropped[::2].any()
    assert dropped[1::2].isnan().any()


def test_gradients_pass_where_values_did():
    torch.manual_seed(0)
    values = torch.randn(40, 10, requires_grad=True)
    dropped = relu_dropout(values, 0.5)
    dropped.sum().backward()
    torch.testing.assert_close(values.grad, (dropped != 0).float() * 2)


def test_the_same_seed_drops_the_same():
    runs = []
    for _ in range(2):
        torch.manual_seed(3)
        runs.append(relu_dropout(torch.ones(7, 11), 0.25))
    assert torch.equal(*runs)
