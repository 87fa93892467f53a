"""What the page is told, without a browser."""

import base64
import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinelift.body import Recording
from kinelift.body.rows import MotionRows, RecordingRows
from kinelift.viewer import write_view
from kinelift.viewer.packing import MISSING, PIECE_FRAMES, Packed, pack_coordinates
from kinelift.viewer.payload import lowest_foot, motion_payload, recording_payload
from kinelift.viewer.view import SCRIPTS
from tests.walking import walking_recording


def unpacked(packed: Packed, dtype: str) -> np.ndarray:
    assert packed.dtype == dtype
    return np.frombuffer(base64.b64decode("".join(packed.pieces()), validate=True), dtype)


def payload_of(recording: Recording) -> dict[str, Any]:
    return recording_payload(RecordingRows.of(recording))


def joints_of(recording: Recording) -> np.ndarray:
    (person,) = payload_of(recording)["people"]
    offsets = unpacked(person["offsets"], "<i2").reshape(len(recording.times_seconds), -1, 3)
    return unpacked(person["root"], "<f4").reshape(-1, 1, 3) + offsets * person["scale"]


def test_packed_coordinates_keep_their_resolution_and_widen_for_a_long_range() -> None:
    values = np.array([0.12344, -1.5, np.nan])
    text, scale = pack_coordinates(values, 1e-4)
    assert scale == 1e-4
    assert unpacked(text, "<i2").tolist() == [1234, -15000, MISSING]
    text, scale = pack_coordinates(values * 100, 1e-4)
    np.testing.assert_allclose(unpacked(text, "<i2")[:2] * scale, values[:2] * 100, atol=scale)


def test_arrays_of_many_pieces_join() -> None:
    values = np.random.default_rng(0).normal(size=(2 * PIECE_FRAMES + 5, 5)).astype(np.float32)
    np.testing.assert_array_equal(unpacked(Packed(values, "<f4"), "<f4").reshape(-1, 5), values)
    assert len(list(Packed(values, "<f4").pieces())) == 3


def test_where_nothing_is_known_the_lowest_foot_stands_on_the_floor() -> None:
    recording = walking_recording()
    world = recording.people[0].motion.to_world()
    expected = world.joints - [0, lowest_foot([MotionRows.of(world)]), 0]
    np.testing.assert_allclose(joints_of(recording), expected, atol=1e-4)
    assert abs(np.percentile(joints_of(recording)[..., 1].min(1), 5)) < 0.01


def test_where_the_floor_is_known_it_is_kept() -> None:
    known = np.diag([1.0, -1.0, -1.0, 1.0])
    known[1, 3] = 1.4
    recording = replace(walking_recording(), world_from_camera=known)
    np.testing.assert_allclose(
        joints_of(recording), recording.people[0].motion.to_world(known).joints, atol=1e-4
    )
    assert payload_of(recording)["camera_position"] == [0.0, 1.4, 0.0]


def test_expected_errors_are_packed_to_a_tenth_of_a_millimetre_where_any_is_known() -> None:
    recording = walking_recording()
    (told,) = recording.people
    (person,) = payload_of(recording)["people"]
    packed = unpacked(person["expected_error"]["metres"], "<i2").reshape(90, 17)
    np.testing.assert_array_equal(packed == MISSING, np.isnan(told.quality.expected_error_m))
    metres = packed[0] * person["expected_error"]["scale"]
    np.testing.assert_allclose(metres, told.quality.expected_error_m[0], atol=1e-4)
    silent = replace(told.quality, expected_error_m=np.full((90, 17), np.nan))
    quiet = replace(recording, people=(replace(told, quality=silent),))
    assert payload_of(quiet)["people"][0]["expected_error"] is None
    assert motion_payload(MotionRows.of(told.motion))["people"][0]["expected_error"] is None


def test_the_page_is_one_file_without_outward_addresses(tmp_path: Path) -> None:
    write_view(walking_recording(), tmp_path / "view.html")
    page = (tmp_path / "view.html").read_text("utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["view.html"]
    assert not re.search(r"<(script|link|img|iframe)[^>]*\b(src|href)=[\"'](?!data:)", page)
    assert page.count("</script") == 3
    assert len(page) < 700_000
    json.loads(page.split('id="recording">')[1].split("</script>")[0])


@pytest.mark.parametrize("name", [*SCRIPTS, "three.bundle.js"])
def test_scripts_can_stand_inside_a_script_element(name: str) -> None:
    text = resources.files("kinelift.viewer").joinpath("page", name).read_text("utf-8").lower()
    assert "</script" not in text
    assert "<!--" not in text


def test_three_keeps_its_licence(tmp_path: Path) -> None:
    write_view(walking_recording(), tmp_path / "view.html")
    page = (tmp_path / "view.html").read_text("utf-8")
    assert "three.js authors" in page
    assert "The above copyright notice and this permission notice shall be included" in page
