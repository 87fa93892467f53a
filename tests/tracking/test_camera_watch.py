"""Cameras that stand still, turn, zoom and are carried, in front of backgrounds that the tests paint."""

import math

import numpy as np
import pytest

import kinelift as kl
from kinelift.body.rows import KeypointRows
from kinelift.detection import Detection
from kinelift.passes import MemoryScratch
from kinelift.tracking.camera_watch import CameraPath, CameraWatch
from kinelift.tracking.taken_back import taken_back
from kinelift.video import Frame

cv2 = pytest.importorskip("cv2")

WIDTH, HEIGHT = 640, 360
CAMERA = kl.Camera.from_fov(60.0, (WIDTH, HEIGHT))
WALL = 1600
"""Pixels of the painted wall, square, seen from its middle at a focal length of its own."""


def wall(seed: int = 0) -> np.ndarray:
    """Paint a wall with blotches of all sizes."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((WALL, WALL))
    for cells in (12, 40, 120, 400):
        picture += cv2.resize(rng.random((cells, cells)), (WALL, WALL), interpolation=cv2.INTER_CUBIC)
    return np.clip(picture * 60.0, 0, 255).astype(np.uint8)


def turned(pan_degrees: float, tilt_degrees: float = 0.0, roll_degrees: float = 0.0) -> np.ndarray:
    """Return the rotation to the first camera from one that has panned to the right, tilted down and rolled."""
    pan, tilt, roll = (math.radians(each) for each in (pan_degrees, tilt_degrees, roll_degrees))
    about_y = np.array([[math.cos(pan), 0, math.sin(pan)], [0, 1, 0], [-math.sin(pan), 0, math.cos(pan)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(tilt), math.sin(tilt)], [0, -math.sin(tilt), math.cos(tilt)]])
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def view(picture: np.ndarray, rotation: np.ndarray, zoom: float = 1.0) -> np.ndarray:
    """Take a picture of the wall."""
    inner = CAMERA.intrinsics @ np.diag([zoom, zoom, 1.0])
    on_wall = np.array([[600.0, 0.0, WALL / 2], [0.0, 600.0, WALL / 2], [0.0, 0.0, 1.0]])
    to_wall = on_wall @ rotation @ np.linalg.inv(inner)
    gray = cv2.warpPerspective(
        picture, to_wall, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    return np.repeat(gray[..., None], 3, axis=2)


def with_walker(image: np.ndarray, index: int) -> tuple[np.ndarray, Detection]:
    """Let a dark figure stride through the picture; what a detector makes of it comes too."""
    image = image.copy()
    left = 60 + 5 * index
    image[100:330, left : left + 70] = (30 + 10 * (index % 3), 20, 40)
    points = np.array([[left, 100], [left + 70, 330]], np.float32)
    return image, Detection(points, np.ones(2, np.float32))


def watched(pictures: list[np.ndarray], walker: bool = True) -> CameraPath:
    """Watch pictures from the first to the last."""
    watch = CameraWatch(CAMERA, MemoryScratch())
    for index, picture in enumerate(pictures):
        image, body = with_walker(picture, index) if walker else (picture, None)
        watch.looking_on(Frame(image, index / 30.0, index))
        watch.saw([] if body is None else [body])
    return watch.done()


def off_degrees(first: np.ndarray, second: np.ndarray) -> float:
    """Return the angle between two rotations."""
    return math.degrees(math.acos(np.clip((np.trace(first.T @ second) - 1.0) / 2.0, -1.0, 1.0)))


def noisy(picture: np.ndarray, seed: int) -> np.ndarray:
    """Add the grain of a sensor."""
    grain = np.random.default_rng(seed).normal(0.0, 4.0, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def test_a_camera_that_stands_still_is_said_to_and_nothing_is_changed() -> None:
    pictures = [noisy(view(wall(), np.eye(3)), index) for index in range(70)]
    path = watched(pictures)
    assert path.motion.kind == "still"
    rows = KeypointRows.of(
        kl.Keypoints(np.full((70, 17, 2), 99.0), np.ones((70, 17)), kl.COCO_17, 30.0, (WIDTH, HEIGHT))
    )
    assert taken_back(rows, path, CAMERA) is rows


@pytest.mark.parametrize(("pan", "tilt", "roll", "zoom"), [(25.0, 0.0, 0.0, 1.0), (6.0, -5.0, 8.0, 1.3)])
def test_a_camera_that_turns_and_zooms_is_taken_back_to_where_it_was(
    pan: float, tilt: float, roll: float, zoom: float
) -> None:
    shares = np.linspace(0.0, 1.0, 60)
    rotations = [turned(pan * share, tilt * share, roll * share) for share in shares]
    zooms = zoom**shares
    picture = wall()
    path = watched([view(picture, r, z) for r, z in zip(rotations, zooms, strict=True)])
    assert path.motion.kind == "turned"
    assert path.motion.most_degrees == pytest.approx(off_degrees(rotations[-1], np.eye(3)), abs=0.5)
    assert path.motion.most_zoom == pytest.approx(zoom, rel=0.02)
    assert max(off_degrees(r, f) for r, f in zip(rotations, path.rotations[:], strict=True)) < 0.4
    # What stands still in the world does in the keypoints.
    ray = np.array([0.05, 0.1, 1.0])
    seen = np.stack(
        [
            CAMERA.intrinsics @ np.diag([z, z, 1.0]) @ (r.T @ ray / (r.T @ ray)[2])
            for r, z in zip(rotations, zooms, strict=True)
        ]
    )[:, None, :2]
    keypoints = kl.Keypoints(
        np.repeat(seen, 17, axis=1), np.ones((60, 17)), kl.COCO_17, 30.0, (WIDTH, HEIGHT)
    )
    back = taken_back(KeypointRows.of(keypoints), path, CAMERA)[:].points_px
    assert np.abs(back - back[0]).max() < 4.0
    assert np.abs(seen - seen[0]).max() > 60.0


def test_a_hand_that_shakes_is_taken_out() -> None:
    rng = np.random.default_rng(1)
    shakes = np.cumsum(rng.normal(0.0, 0.25, (60, 2)), axis=0)
    shakes -= shakes[0]
    rotations, picture = [turned(*shake) for shake in shakes], wall()
    path = watched([view(picture, rotation) for rotation in rotations])
    assert path.motion.kind == "turned"
    assert max(off_degrees(r, f) for r, f in zip(rotations, path.rotations[:], strict=True)) < 0.15


def test_a_small_turn_after_long_rest_is_seen() -> None:
    pans, picture = [0.0] * 30 + [0.3] * 30, wall()
    path = watched([noisy(view(picture, turned(pan)), index) for index, pan in enumerate(pans)])
    off = [off_degrees(turned(pan), found) for pan, found in zip(pans, path.rotations[:], strict=True)]
    assert max(off) < 0.06


def rest(frames: int) -> list[np.ndarray]:
    """Return what a camera that stands still takes of a wall."""
    return [noisy(view(wall(), np.eye(3)), index) for index in range(frames)]


@pytest.mark.parametrize("kind", ["another wall", "black", "noise"])
def test_a_picture_of_something_else_between_changes_nothing(kind: str) -> None:
    pictures = rest(100)
    others = {
        "another wall": view(wall(7), np.eye(3)),
        "black": np.zeros((HEIGHT, WIDTH, 3), np.uint8),
        "noise": np.random.default_rng(3).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8),
    }
    pictures[50] = pictures[51] = others[kind]
    path = watched(pictures)
    assert path.motion.kind == "still"
    np.testing.assert_array_equal(path.rotations[:][-1], np.eye(3))


def test_a_turn_goes_on_after_a_picture_of_something_else() -> None:
    pans, picture = np.linspace(0.0, 12.0, 60), wall()
    pictures = [view(picture, turned(pan)) for pan in pans]
    pictures[30] = view(wall(7), np.eye(3))
    path = watched(pictures)
    assert path.motion.kind == "turned"
    assert off_degrees(path.rotations[:][-1], turned(12.0)) < 0.4


def test_after_a_cut_nothing_is_taken_back() -> None:
    other = [noisy(view(wall(7), np.eye(3)), index) for index in range(60)]
    assert watched(rest(60) + other).motion.kind == "moved"


def test_a_camera_that_is_carried_past_near_and_far_things_is_not_taken_back() -> None:
    far, near = wall(0), wall(1)
    pictures = []
    for index in range(60):
        picture = view(far, np.eye(3))
        for row in range(0, HEIGHT, 36):  # strips at depths of their own
            shift = round(0.6 * index * (1.0 + row / 30.0))
            picture[row : row + 36] = near[200 + row : 236 + row, 300 + shift : 300 + shift + WIDTH, None]
        pictures.append(picture)
    assert watched(pictures, walker=False).motion.kind == "moved"


def test_without_anything_to_go_by_nothing_is_said() -> None:
    assert watched([np.full((HEIGHT, WIDTH, 3), 128, np.uint8)] * 20, walker=False).motion.kind == "unknown"
    assert watched([view(wall(), np.eye(3))], walker=False).motion.kind == "unknown"
