"""Tables of keypoints: a row a joint, and a row a frame."""

import csv

import numpy as np
import pytest

import kinelift as kl
from tests.interop.scenes import SIZE, Scene, assert_read
from tests.walking import walking_person

SCENE = Scene(kl.COCO_17, people=2)
SAID = {"fps": 30, "image_size": SIZE}


def write(path, columns, rows):
    """Write a table with a line of names."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def tidy(scene: Scene) -> list[list]:
    """Return a row a joint in kinelift's own columns, at 25 frames a second."""
    return [
        [frame, frame / 25, person, name, *scene.points_px[person, frame, joint], scene.scores[person, frame, joint]]
        for frame, person in scene.everybody()
        for joint, name in enumerate(scene.skeleton.names)
    ]  # fmt: skip


TIDY = ["frame", "time_seconds", "person", "joint", "x_px", "y_px", "score"]


def test_rows_of_joints_keep_people_and_tell_the_rate(tmp_path):
    path = write(tmp_path / "k.csv", TIDY, tidy(SCENE))
    people = kl.read_people(path, image_size=SIZE)
    assert list(people) == [0, 1]
    for person, read in people.items():
        assert_read(read, SCENE, person)
        assert read.fps == pytest.approx(25)


def test_rows_in_any_order_are_the_same_keypoints(tmp_path):
    rows = tidy(SCENE)
    np.random.default_rng(0).shuffle(rows)
    path = write(tmp_path / "k.csv", TIDY, rows)
    for person, read in kl.read_people(path, image_size=SIZE).items():
        assert_read(read, SCENE, person)


def test_joints_and_frames_that_are_left_out_are_gaps(tmp_path):
    rows = [row for row in tidy(Scene(kl.COCO_17)) if row[0] != 4 and (row[0], row[3]) != (6, "nose")]
    read = kl.read_keypoints(write(tmp_path / "k.csv", TIDY, rows), image_size=SIZE)
    gaps = np.argwhere(~read.seen)
    assert {tuple(gap) for gap in gaps} == {*((4, joint) for joint in range(17)), (6, 0)}


@pytest.mark.parametrize("numbered", [False, True])
def test_rows_of_frames_are_read_by_name_or_number(numbered, tmp_path):
    scene = Scene(kl.BLAZEPOSE_33)
    joints = enumerate(scene.skeleton.names)
    columns = [
        f"{axis}_{n}" if numbered else f"{name}_{axis}" for n, name in joints for axis in ("x", "y", "v")
    ]
    rows = [[frame, *scene.flat(0, frame)] for frame in range(scene.frames)]
    assert_read(kl.read_keypoints(write(tmp_path / "k.csv", ["frame", *columns], rows), **SAID), scene)


def test_the_rate_is_asked_for_where_no_row_tells_it(tmp_path):
    rows = [[row[0], *row[2:]] for row in tidy(Scene(kl.COCO_17))]
    path = write(tmp_path / "k.csv", [TIDY[0], *TIDY[2:]], rows)
    with pytest.raises(ValueError, match="fps="):
        kl.read_keypoints(path, image_size=SIZE)


@pytest.mark.parametrize(
    ("columns", "row", "says"),
    [
        (["frame", "price"], ["0", "3"], "such as nose_x and nose_y"),
        (["frame", "joint", "x"], ["0", "nose", "3"], "a column y_px expected"),
        (["frame", "joint", "x", "y"], ["0", "nose", "left", "3"], "x: numbers expected, got 'left'"),
        (["frame", "joint", "x", "y"], ["", "nose", "1", "3"], "frame: a number in each row expected"),
        (
            ["frame", "person", "joint", "x", "y"],
            ["0", "", "nose", "1", "3"],
            "person: a number in each row expected",
        ),
    ],
)
def test_tables_of_other_things_are_refused(columns, row, says, tmp_path):
    with pytest.raises(ValueError, match=says):
        kl.read_keypoints(write(tmp_path / "k.csv", columns, [row]), **SAID)


def test_a_table_of_motion_is_refused_with_what_it_is(tmp_path):
    kl.write(walking_person(0, 10).motion, tmp_path / "motion.csv")
    with pytest.raises(ValueError, match=r"a column z_m: joints in space.*motion\.json"):
        kl.read_keypoints(tmp_path / "motion.csv", **SAID)


@pytest.mark.parametrize("wide", [False, True])
def test_depths_are_for_mediapipes_landmarks_alone(wide, tmp_path):
    for skeleton, taken in ((kl.COCO_17, False), (kl.BLAZEPOSE_33, True)):
        names = skeleton.names
        if wide:
            columns = ["frame", *(f"{name}_{axis}" for name in names for axis in "xyz")]
            rows = [[frame, *(500 + number for number in range(3 * len(names)))] for frame in range(3)]
        else:
            columns = ["frame", "joint", "x", "y", "z"]
            rows = [[frame, name, 500, 300, 0.1] for frame in range(3) for name in names]
        path = write(tmp_path / "k.csv", columns, rows)
        if taken:
            assert len(kl.read_keypoints(path, **SAID)) == 3
        else:
            with pytest.raises(ValueError, match="joints in space"):
                kl.read_keypoints(path, **SAID)


def test_a_column_that_says_pixels_holds_pixels_however_small(tmp_path, caplog):
    rows = [[frame, name, 0.5, 0.25] for frame in range(3) for name in kl.COCO_17.names]
    for columns, first in ((("x", "y"), (0.5 * SIZE[0], 0.25 * SIZE[1])), (("x_px", "y_px"), (0.5, 0.25))):
        path = write(tmp_path / "k.csv", ["frame", "joint", *columns], rows)
        np.testing.assert_allclose(kl.read_keypoints(path, **SAID).points_px[0, 0], first)
    assert "pixels of the corner" in caplog.text


def test_times_that_are_blank_tell_no_rate(tmp_path):
    rows = [[row[0], " ", *row[2:]] for row in tidy(Scene(kl.COCO_17))]
    path = write(tmp_path / "k.csv", TIDY, rows)
    with pytest.raises(ValueError, match="holds no frame rate"):
        kl.read_keypoints(path, image_size=SIZE)
    assert kl.read_keypoints(path, **SAID).fps == 30
