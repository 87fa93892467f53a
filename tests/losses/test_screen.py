"""Reprojection closes the circle from pixels to joints and back."""

from typing import Any

import numpy as np
import pytest

from kinelift.geometry import project_human36m, project_linear
from kinelift.losses import reprojection
from tests.geometry.drawing import points

CAMERAS = np.array(
    [[2.3, 2.3, 0.02, 0.03, -0.2, 0.24, -0.003, -0.001, -0.0014], [2.2, 2.2, 0, 0, 0, 0, 0, 0, 0]]
)


def scene():
    """Return two clips of three frames, well in front of their cameras."""
    pose = 0.3 * points(0, 2, 3, 17, 3)
    return pose - pose[..., :1, :], points(1, 2, 3, 1, 3) * 0.2 + np.array([0.0, 0.0, 5.0])


def test_a_body_seen_by_its_camera_has_no_loss_with_the_same_lens():
    pose, trajectory = scene()
    focal, center, radial, tangential = (CAMERAS[:, None, cut] for cut in np.split(np.arange(9), [2, 4, 7]))
    joints = pose + trajectory
    bent = project_human36m(joints, focal, center, radial, tangential)
    straight = project_linear(joints, focal, center)
    assert float(reprojection(pose, trajectory, bent, CAMERAS)) < 1e-12
    assert float(reprojection(pose, trajectory, straight, CAMERAS, lens="linear")) < 1e-12
    assert float(reprojection(pose, trajectory, bent, CAMERAS, lens="linear")) > 1e-4


def test_only_the_place_of_pose_and_trajectory_together_matters():
    pose, trajectory = scene()
    keypoints = points(2, 2, 3, 17, 2)
    offset = np.array([0.1, -0.2, 0.3])
    assert float(reprojection(pose + offset, trajectory - offset, keypoints, CAMERAS)) == pytest.approx(
        float(reprojection(pose, trajectory, keypoints, CAMERAS))
    )


def test_an_untrained_trajectory_cannot_blow_it_up():
    pose, trajectory = scene()
    loss = reprojection(pose, trajectory * np.array([1.0, 1.0, 1e-3]), np.zeros((2, 3, 17, 2)), CAMERAS)
    assert np.isfinite(loss)
    assert float(loss) < 10


def test_an_unknown_lens_lists_the_lenses():
    lens: Any = "fisheye"
    pose, trajectory = scene()
    with pytest.raises(ValueError, match='"human36m" or "linear" expected'):
        # Unwrapped, because the checker of types would speak first.
        getattr(reprojection, "__wrapped__", reprojection)(
            pose, trajectory, np.zeros((2, 3, 17, 2)), CAMERAS, lens=lens
        )
