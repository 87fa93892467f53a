"""Positions through TRC, CSV, C3D and the JSON of OpenPose and mmpose: read back within a tenth of a millimetre."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kinelift as kl
from kinelift.body import BODY_25, H36M_17, Motion, Recording, mapping
from tests.export.motions import TENTH_OF_MM, apart_m, in_world, two_walkers

PER_METRE = {"m": 1.0, "cm": 100.0, "mm": 1000.0}
Read = Callable[[tuple[Path, ...]], list[np.ndarray]]


def read_trc(paths: tuple[Path, ...]) -> list[np.ndarray]:
    """Return each file's markers in metres, by the header's unit and number of markers."""
    everybody = []
    for path in paths:
        lines = path.read_text().splitlines()
        said = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
        rows = np.array([line.split("\t") for line in lines[6:]], dtype=float)
        assert len(rows) == int(said["NumFrames"])
        everybody.append(
            rows[:, 2:].reshape(len(rows), int(said["NumMarkers"]), 3) / PER_METRE[said["Units"]]
        )
    return everybody


def read_csv(paths: tuple[Path, ...]) -> list[np.ndarray]:
    """Return the joints of each person in metres."""
    with paths[0].open(newline="") as file:
        rows = list(csv.DictReader(file))
    unit = next(name for name in rows[0] if name.startswith("x_")).removeprefix("x_")
    people = sorted({int(row["person"]) for row in rows})
    return [
        np.array(
            [[float(row[f"{axis}_{unit}"]) for axis in "xyz"] for row in rows if int(row["person"]) == person]
        ).reshape(-1, len(H36M_17), 3)
        / PER_METRE[unit]
        for person in people
    ]


def read_c3d(paths: tuple[Path, ...]) -> list[np.ndarray]:
    """Return the points of each subject in metres."""
    ezc3d = pytest.importorskip("ezc3d")
    document = ezc3d.c3d(str(paths[0]))
    unit = document["parameters"]["POINT"]["UNITS"]["value"][0]
    points = document["data"]["points"][:3].transpose(2, 1, 0) / PER_METRE[unit]
    return list(np.split(points, document["parameters"]["SUBJECTS"]["USED"]["value"][0], axis=1))


def read_mmpose(paths: tuple[Path, ...]) -> list[np.ndarray]:
    """Return everybody's joints in metres, Y up again."""
    document = json.loads(paths[0].read_text())
    frames = [[person["keypoints"] for person in frame["instances"]] for frame in document["instance_info"]]
    x, y, z = np.moveaxis(np.array(frames), -1, 0) / PER_METRE[document["meta_info"]["units"]]
    return list(np.stack([-x, z, y], axis=-1).transpose(1, 0, 2, 3))


READERS: dict[str, Read] = {
    "a.trc": read_trc,
    "a.csv": read_csv,
    "a.c3d": read_c3d,
    "a.mmpose.json": read_mmpose,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("units", [None, "m", "cm", "mm"])
def test_joints_are_read_back_where_they_are(tmp_path, name, units):
    recording = two_walkers()
    people = READERS[name](kl.write(recording, tmp_path / name, units=units))
    for read, motion in zip(people, in_world(recording), strict=True):
        assert apart_m(read, motion) < TENTH_OF_MM


@pytest.mark.parametrize("name", READERS)
def test_a_bare_motion_can_be_written(tmp_path, name):
    motion = two_walkers().people[0].motion
    (read,) = READERS[name](kl.write(motion, tmp_path / name))
    assert apart_m(read, motion.to_world()) < TENTH_OF_MM


def test_openpose_gets_a_file_a_frame_with_pixels_and_joints(tmp_path):
    recording = two_walkers()
    written = kl.write(recording, tmp_path / "walk.openpose")
    assert written[7] == tmp_path / "walk.openpose" / "walk_000000000007_keypoints.json"
    assert len(written) == len(recording.times_seconds)
    frames = [json.loads(path.read_text()) for path in written]
    assert {len(frame["people"]) for frame in frames} == {2}
    for index, (person, motion) in enumerate(zip(recording.people, in_world(recording), strict=True)):
        flat = [frame["people"][index]["pose_keypoints_3d"] for frame in frames]
        read = np.array(flat).reshape(len(frames), 25, 4)
        expected, _ = mapping(H36M_17, BODY_25).apply(motion.joints, motion.scores)
        np.testing.assert_allclose(read[..., :3], np.nan_to_num(expected), atol=TENTH_OF_MM)
        pixels = np.array([frame["people"][index]["pose_keypoints_2d"] for frame in frames])
        nose = pixels.reshape(len(frames), 25, 3)[:, 0, :2]
        np.testing.assert_allclose(nose, np.nan_to_num(person.keypoints.points_px[:, 0]), atol=1e-3)


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    motion = two_walkers().people[0].motion
    kl.write(motion, tmp_path / "walk.openpose")
    kl.write(motion, tmp_path / "walk.openpose")
    (tmp_path / "walk.openpose" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"walk\.openpose: is there and holds more than \*_keypoints\.json"):
        kl.write(motion, tmp_path / "walk.openpose")


def test_times_are_those_of_the_source(tmp_path):
    recording = two_walkers()
    (trc, _) = kl.write(recording, tmp_path / "a.trc")
    assert float(trc.read_text().splitlines()[6].split("\t")[1]) == 2.0
    (table,) = kl.write(recording, tmp_path / "a.csv")
    assert table.read_text().splitlines()[1].startswith("0,2.000000,0,pelvis,")
    (mmpose,) = kl.write(recording, tmp_path / "a.mmpose.json")
    assert json.loads(mmpose.read_text())["meta_info"]["times_seconds"][0] == 2.0


def test_c3d_says_rate_unit_axes_first_frame_and_whose_point_it_is(tmp_path):
    ezc3d = pytest.importorskip("ezc3d")
    (path,) = kl.write(two_walkers(), tmp_path / "a.c3d")
    document = ezc3d.c3d(str(path))
    point = document["parameters"]["POINT"]
    assert point["RATE"]["value"][0] == 30.0
    assert point["UNITS"]["value"] == ["mm"]
    assert (point["X_SCREEN"]["value"], point["Y_SCREEN"]["value"]) == (["+X"], ["+Y"])
    assert {"P0:RHip", "P1:LWrist", "P0:Neck"} <= set(point["LABELS"]["value"])
    assert document["header"]["points"]["first_frame"] == 60


def test_trc_has_the_marker_names_of_pose2sim(tmp_path, demo_motion):
    (path,) = kl.write(demo_motion, tmp_path / "a.trc")
    markers = path.read_text().splitlines()[3].split()[2:]
    assert {"Hip", "RHip", "LKnee", "RAnkle", "Neck", "Head", "Nose", "LShoulder", "RElbow", "RWrist"} <= set(
        markers
    )


def test_what_a_person_lacks_in_a_frame_is_said_in_the_table(tmp_path):
    (path,) = kl.write(two_walkers(), tmp_path / "a.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {int(row["frame"]) for row in rows if row["observed"] == "0"} == set(range(40, 50))
    for kind, frames in (("infilled", range(40, 50)), ("doubtful", range(20, 30))):
        assert {int(row["frame"]) for row in rows if row["quality"] == kind} == set(frames)


def test_at_another_rate_quality_goes_with_the_time(tmp_path):
    (path,) = kl.write(two_walkers(), tmp_path / "a.csv", fps=60)
    with path.open(newline="") as file:
        doubtful = {
            float(row["time_seconds"]) for row in csv.DictReader(file) if row["quality"] == "doubtful"
        }
    assert (min(doubtful), max(doubtful)) == pytest.approx((2 + 19.5 / 30, 2 + 29 / 30), abs=1e-5)


def test_spans_of_quality_begin_by_events_of_a_c3d(tmp_path):
    ezc3d = pytest.importorskip("ezc3d")
    (path,) = kl.write(two_walkers(), tmp_path / "a.c3d")
    event = ezc3d.c3d(str(path))["parameters"]["EVENT"]
    kinds, times = event["LABELS"]["value"], event["TIMES"]["value"]
    assert event["USED"]["value"][0] == len(kinds) == 10
    doubtful = [index for index, kind in enumerate(kinds) if kind == "doubtful"]
    assert [event["SUBJECTS"]["value"][index] for index in doubtful] == ["P0", "P1"]
    np.testing.assert_allclose(times[:, doubtful[0]], (0.0, 2 + 20 / 30), atol=1e-5)
    assert event["DESCRIPTIONS"]["value"][doubtful[0]] == "expected error"


def test_more_points_than_a_c3d_names_are_refused(tmp_path):
    pytest.importorskip("ezc3d")
    recording = two_walkers()
    crowd = replace(recording, people=tuple(replace(recording.people[0], id=id) for id in range(16)))
    with pytest.raises(ValueError, match=r"at most 255 points, and 16 people have 272.*\.trc"):
        kl.write(crowd, tmp_path / "a.c3d")


def test_nobody_is_refused(tmp_path):
    nobody: Recording = replace(two_walkers(), people=())
    for name in READERS:
        with pytest.raises(ValueError, match="nobody in the recording to write"):
            kl.write(nobody, tmp_path / name)


@pytest.mark.parametrize("name", [*READERS, "a.bvh", "a.glb"])
def test_a_rate_that_is_none_is_refused(tmp_path, name):
    motion: Motion = two_walkers().people[0].motion
    with pytest.raises(ValueError, match="fps: a positive frame rate expected"):
        kl.write(motion, tmp_path / name, fps=0.0)
