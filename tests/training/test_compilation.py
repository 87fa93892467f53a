"""A compiled network answers as it does uncompiled; apart from pytest, whose checks of shapes do not compile."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import torch
from kinelift.training.clips import paired_model
from kinelift.training.compilation import compiled
from kinelift.training.presets import DEBUG

torch.manual_seed(0)
model = paired_model(DEBUG.model)
config = model.config
joints = torch.randn(4, config.receptive_field + 3, config.joints_in, config.features)
extra = torch.randn(4, config.receptive_field + 3, config.extra_features)
grads = []
for network in (model, compiled(model, torch.device("cpu"))):
    model.zero_grad()
    network(joints, extra).square().mean().backward()
    grads.append(torch.cat([each.grad.flatten() for each in model.parameters()]))
print(float((grads[1] - grads[0]).norm() / grads[0].norm()))
"""


@pytest.mark.slow
def test_a_compiled_network_has_the_gradients_of_the_uncompiled_one():
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < 1e-4
