"""Several processes that train one network."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install '.[train]'")

from kinelift.body.skeleton import COCO_17, H36M_17  # noqa: E402
from kinelift.training.batches import Batch  # noqa: E402
from kinelift.training.checkpoint import load_checkpoint  # noqa: E402
from kinelift.training.learner import Loss  # noqa: E402
from kinelift.training.processes import Processes, alone  # noqa: E402
from kinelift.training.semi_batches import SemiBatch  # noqa: E402
from tests.datasets.synthetic_studio import make_synthetic_studio  # noqa: E402

ROOT = Path(__file__).parents[2]


def among(index, count, sum_over=lambda values: values):
    return Processes(index, count, torch.device("cpu"), sum_over, lambda: None)


def batch(rows):
    values = torch.arange(float(rows))
    return Batch(
        values[:, None, None, None].expand(-1, 9, 17, 2),
        torch.zeros(rows, 9, 0),
        values[:, None, None, None].expand(-1, 1, 17, 3),
    )


def test_shares_are_a_batch_taken_apart():
    whole = batch(7)
    shares = [among(index, 3).share(whole) for index in range(3)]
    assert [len(share.targets) for share in shares] == [3, 2, 2]
    rows = torch.cat([share.targets[:, 0, 0, 0] for share in shares])
    assert sorted(rows.tolist()) == list(range(7))
    assert torch.equal(shares[1].joints[:, 0, 0, 0], shares[1].targets[:, 0, 0, 0])


def test_a_batch_too_small_to_go_round_is_everybodys():
    assert len(among(2, 3).share(batch(5)).targets) == 5
    assert len(alone(torch.device("cpu")).share(batch(1)).targets) == 1


def test_both_halves_of_a_half_labelled_batch_are_shared_and_layouts_come_along():
    labelled, rows = batch(6), torch.arange(6.0)
    whole = SemiBatch(
        labelled, rows[:, None, None, None].expand(-1, 1, 1, 3), labelled.joints, labelled.joints[:, :1],
        rows[:, None].expand(-1, 9), COCO_17, H36M_17,
    )  # fmt: skip
    share = among(1, 2).share(whole)
    assert share.labelled.targets[:, 0, 0, 0].tolist() == share.intrinsics[:, 0].tolist() == [1.0, 3.0, 5.0]
    assert (share.keypoints, share.joints) == (COCO_17, H36M_17)


def test_gradients_are_averaged_over_targets_not_over_processes():
    model = torch.nn.Linear(2, 1, bias=False)
    model.weight.grad = torch.tensor([[1.0, 2.0]])
    other = torch.tensor([4.0, 8.0, 0.5, 1.0]) * 30  # what another process of 30 targets would add
    loss = Loss(torch.tensor(0.0), torch.tensor(0.1), 10)
    merged = among(0, 2, lambda values: values + other).merge(model, loss)
    assert model.weight.grad is not None
    torch.testing.assert_close(model.weight.grad, torch.tensor([[1.0 + 3.0 * 0.75, 2.0 + 6.0 * 0.75]]))
    assert merged.targets == 40
    torch.testing.assert_close(merged.mpjpe, torch.tensor(0.1 * 0.25 + 0.5 * 0.75))


@dataclass(frozen=True)
class Launched:
    """How many processes, and what they run."""

    processes: int

    def run(self, *arguments: object) -> str:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "OMP_NUM_THREADS": "1",
        }
        launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={self.processes}"]
        command = [sys.executable, *(launcher if self.processes > 1 else []), "-m", *map(str, arguments)]
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert run.returncode == 0, run.stderr
        return run.stdout


@pytest.mark.slow
def test_two_processes_learn_to_the_last_digits_what_one_learns_where_batch_norm_is_steady(tmp_path):
    pytest.importorskip("lightning_fabric", reason="several processes need: pip install '.[scale]'")
    for processes in (1, 2):
        Launched(processes).run("tests.training.learning_together", tmp_path / str(processes))
    one, two = (load_checkpoint(tmp_path / each / "checkpoint.pt") for each in ("1", "2"))
    assert one.epochs_done == two.epochs_done == 2
    moved = 0.0
    for name, values in one.model.items():
        torch.testing.assert_close(two.model[name], values, atol=2e-5, rtol=1e-3)
        moved += float(values.float().abs().sum())
    assert moved > 0
    lines = [
        [json.loads(line) for line in (tmp_path / each / "metrics.jsonl").read_text().splitlines()]
        for each in ("1", "2")
    ]
    for alone_, together in zip(*lines, strict=True):
        assert together["loss_mm"] == pytest.approx(alone_["loss_mm"], rel=1e-4)
        assert together["windows"] == alone_["windows"] == 166


@pytest.mark.slow
def test_the_same_command_on_two_processes_trains_within_noise_what_it_trains_on_one(tmp_path):
    pytest.importorskip("lightning_fabric", reason="several processes need: pip install '.[scale]'")
    make_synthetic_studio.write("human36m", tmp_path / "data", ["gt"], frames=12)
    told = {}
    for processes in (1, 2):
        out = tmp_path / str(processes)
        told[processes] = Launched(processes).run(
            "kinelift", "train", "h36m-debug", "--data", tmp_path / "data", "--epochs", 4, "--out", out
        )
    lines = {each: (tmp_path / str(each) / "metrics.jsonl").read_text().splitlines() for each in told}
    losses = {each: np.array([json.loads(line)["loss_mm"] for line in lines[each]]) for each in lines}
    assert losses[1][-1] < 0.6 * losses[1][0]
    np.testing.assert_allclose(losses[2], losses[1], rtol=0.03)
    assert told[2].count("h36m-debug.onnx") == 1
