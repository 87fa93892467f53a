"""The trajectory's loss looks at errors the way a camera does."""

import numpy as np
import pytest

from kinelift.losses import trajectory_wmpjpe
from tests.geometry.drawing import points


def roots(seed=0):
    return points(seed, 4, 3, 1, 3) + np.array([0.0, 0.0, 8.0])


def test_a_perfect_trajectory_has_no_loss():
    assert float(trajectory_wmpjpe(roots(), roots())) == 0.0


def test_it_does_not_see_how_large_the_scene_is():
    predicted, target = roots(), roots(1)
    assert float(trajectory_wmpjpe(3 * predicted, 3 * target)) == pytest.approx(
        float(trajectory_wmpjpe(predicted, target))
    )


def test_an_error_twice_as_far_away_counts_half():
    target = np.array([[[0.0, 0.0, 4.0]]])
    near = trajectory_wmpjpe(target + 0.1, target)
    far = trajectory_wmpjpe(2 * target + 0.1, 2 * target)
    assert float(far) == pytest.approx(float(near) / 2)


def test_a_root_behind_the_camera_is_refused():
    target = np.array([[[0.0, 0.0, -1.0]]])
    with pytest.raises(ValueError, match=r"depths z > 0 expected.*got -1 m\. Give the root in the camera"):
        trajectory_wmpjpe(target, target)
