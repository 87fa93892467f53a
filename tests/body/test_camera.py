"""Cameras are made from what is known, and say what was not."""

import math

import numpy as np
import pytest

from kinelift.body import Camera, CameraPose, OpenCVDistortion
from kinelift.geometry import quaternion_to_matrix

K = np.array([[1000.0, 0.0, 640.0], [0.0, 1010.0, 360.0], [0.0, 0.0, 1.0]])


def test_intrinsics_come_back():
    lens = OpenCVDistortion((-0.2, 0.1, 0.0))
    camera = Camera.from_intrinsics(K, (1280, 720), lens)
    np.testing.assert_array_equal(camera.intrinsics, K)
    assert camera.distortion is lens
    assert camera.source == "given"
    assert Camera.from_intrinsics(K.tolist(), (1280, 720), lens) == camera


@pytest.mark.parametrize("image_size", [(1920, 1080), (1080, 1920)])
def test_a_field_of_view_spans_the_longer_side_and_is_centred(image_size):
    camera = Camera.from_fov(90, image_size)
    assert camera.focal_length == pytest.approx((960.0, 960.0))
    assert camera.center == (image_size[0] / 2.0, image_size[1] / 2.0)


def test_an_18_mm_lens_sees_90_degrees():
    assert Camera.from_focal_length_35mm(18, (1920, 1080)) == Camera.from_fov(90.0, (1920, 1080))


def test_an_assumed_camera_says_so():
    camera = Camera.assumed((1280, 720))
    assert camera.source == "assumed: 60 degrees across the longer side, centred"
    assert camera.focal_length == Camera.from_fov(60, (1280, 720)).focal_length


def test_numbers_of_any_kind_become_plain_ones():
    size, focal = np.array([640, 480]), np.array([500.0, 510.0], dtype=np.float32)
    camera = Camera(tuple(size), tuple(focal), (320, 240))
    assert [type(v) for v in (*camera.image_size, *camera.focal_length, *camera.center)] == [int] * 2 + [
        float
    ] * 4


@pytest.mark.parametrize(("make", "text"), [
    (lambda: Camera((0, 480), (1.0, 1.0), (0.0, 0.0)), r"image_size: positive .* expected, got \(0, 480\)"),
    (lambda: Camera((640, 480), (1.0, -1.0), (0.0, 0.0)), r"focal_length: positive pixels expected, got \(1"),
    (lambda: Camera((640, 480), (math.nan, 1.0), (0.0, 0.0)), "focal_length: positive pixels expected"),
    (lambda: Camera((640, 480), (1.0, 1.0), (math.inf, 0.0)), "center: finite pixels expected"),
    (lambda: Camera.from_fov(180.0, (640, 480)), "between 1 and 179 degrees expected, got 180"),
    (lambda: Camera.from_focal_length_35mm(0.0, (640, 480)), "35 mm equivalent focal length: positive"),
    (lambda: Camera.from_intrinsics(np.eye(4), (640, 480)), r"K: shape \(3, 3\) expected, got \(4, 4\)"),
    (lambda: Camera.from_intrinsics(K * np.nan, (640, 480)), "K: finite pixels expected"),
    (lambda: Camera.from_intrinsics(K.T, (640, 480)), "without skew expected.*transpose a matrix"),
    (lambda: Camera.from_intrinsics(2 * K, (640, 480)), r"Divide by K\[2, 2\]"),
])  # fmt: skip
def test_impossible_cameras_are_errors(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_a_pose_is_one_or_one_a_frame():
    CameraPose(np.eye(4)[0], np.zeros(3))
    CameraPose(np.tile(np.eye(4)[0], (5, 1)), np.zeros((5, 3)))
    with pytest.raises(
        ValueError, match=r"pose: .* or \(frame, 4\) and \(frame, 3\), got \(5, 4\) and \(3,\)"
    ):
        CameraPose(np.tile(np.eye(4)[0], (5, 1)), np.zeros(3))


def test_a_rounded_quaternion_is_made_unit_and_a_wrong_one_refused():
    rounded = CameraPose(np.array([0.7071, 0.7071, 0.0, 0.0]), np.zeros(3))
    assert np.linalg.norm(rounded.orientation) == pytest.approx(1.0, abs=1e-15)
    for orientation in ([2.0, 0.0, 0.0, 0.0], [np.nan, 0.0, 0.0, 1.0]):
        with pytest.raises(ValueError, match="pose: unit quaternions wxyz expected, got lengths from"):
            CameraPose(np.array(orientation), np.zeros(3))
    with pytest.raises(ValueError, match="pose: finite metres expected in translation"):
        CameraPose(np.eye(4)[0], np.array([0.0, np.nan, 0.0]))


@pytest.mark.parametrize("roll", [0.0, 90.0, -20.0])
@pytest.mark.parametrize("pitch", [0.0, 25.0, -40.0, 90.0])
def test_a_standing_camera_sees_the_floor_where_its_pitch_and_roll_put_it(pitch, roll):
    camera = Camera.from_fov(60, (640, 480)).standing(1.5, pitch_degrees=pitch, roll_degrees=roll)
    assert camera.pose is not None
    turn = quaternion_to_matrix(camera.pose.orientation)
    down, forward = np.radians(pitch), turn @ (0.0, 0.0, 1.0)
    np.testing.assert_allclose(forward, (0.0, -np.sin(down), -np.cos(down)), atol=1e-12)
    level_right, level_down = (1.0, 0.0, 0.0), (0.0, -np.cos(down), np.sin(down))
    # Turned clockwise, what was right of the picture comes from below.
    about = np.radians(roll)
    right = np.cos(about) * np.array(level_right) + np.sin(about) * np.array(level_down)
    np.testing.assert_allclose(turn @ (1.0, 0.0, 0.0), right, atol=1e-12)
    np.testing.assert_allclose(camera.pose.translation, (0.0, 1.5, 0.0))
    assert np.linalg.det(turn) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"height": np.nan}, "camera height: metres"),
        ({"height": 1.0, "pitch_degrees": 91.0}, "pitch: degrees between"),
        ({"height": 1.0, "roll_degrees": np.inf}, "roll: degrees between"),
    ],
)
def test_a_camera_that_cannot_stand_so_is_refused(said, reason):
    with pytest.raises(ValueError, match=reason):
        Camera.from_fov(60, (640, 480)).standing(**said)
