"""The paper's semi-supervised loss, figure by figure."""

import numpy as np
import pytest
import torch

from kinelift.body import H36M_17
from kinelift.losses import bone_length_agreement, mpjpe, reprojection, trajectory_wmpjpe

TERMS = ("loss_pose", "loss_trajectory", "loss_reprojection", "loss_bone")


@pytest.fixture(scope="module")
def golden(shared):
    return np.load(shared / "golden" / "semi_supervised.npz")


def losses(golden, library, pose, trajectory):
    """Return the four terms, the labelled half first in the batch."""
    count = int(golden["num_labelled"])
    return (
        mpjpe(pose[:count], library(golden["labelled_pose"])),
        trajectory_wmpjpe(trajectory[:count], library(golden["labelled_trajectory"])),
        reprojection(
            pose[count:],
            trajectory[count:],
            library(golden["unlabelled_keypoints"]),
            library(golden["unlabelled_intrinsics"]),
        ),
        bone_length_agreement(pose[:count], pose[count:], H36M_17),
    )


@pytest.mark.parametrize("library", [np.asarray, torch.as_tensor])
def test_the_four_losses_are_the_references(golden, library):
    found = losses(
        golden, library, library(golden["predicted_pose"]), library(golden["predicted_trajectory"])
    )
    for name, loss in zip(TERMS, found, strict=True):
        assert loss.shape == ()
        assert float(loss) == pytest.approx(float(golden[name]), rel=0, abs=1e-6), name


def test_the_gradients_of_their_sum_are_the_references(golden):
    pose = torch.tensor(golden["predicted_pose"], requires_grad=True)
    trajectory = torch.tensor(golden["predicted_trajectory"], requires_grad=True)
    torch.stack(losses(golden, torch.as_tensor, pose, trajectory)).sum().backward()
    for predicted, name in ((pose, "grad_pose"), (trajectory, "grad_trajectory")):
        assert predicted.grad is not None
        expected = golden[name]
        assert np.abs(predicted.grad.numpy() - expected).max() / max(1, np.abs(expected).max()) < 1e-6
