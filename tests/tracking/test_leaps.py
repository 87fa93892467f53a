"""Laws of cutting out what no body can do."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.body import COCO_17, Keypoints
from kinelift.body.rows import KeypointRows
from kinelift.tracking.joint_leaps import cut_joint_leaps, find_joint_leaps, mean_joint_scores
from kinelift.tracking.leaps import cut_leaps, find_body_leaps
from tests.tracking.people import body, keypoints


def walk(count: int = 120) -> np.ndarray:
    return body(np.linspace(200, 1000, count), 360.0)


def cut_frames(before: Keypoints, after: Keypoints) -> list[int]:
    return np.flatnonzero(before.seen.any(-1) & ~after.seen.any(-1)).tolist()


@given(st.integers(1, 100), st.integers(1, 15), st.floats(2.5, 8.0), st.floats(0, 6.28))
def test_a_leap_that_returns_is_cut_and_nothing_else(
    start: int, length: int, spreads: float, angle: float
) -> None:
    points = walk()
    points[start : start + length] += 55 * spreads * np.array([np.cos(angle), np.sin(angle)])
    before = keypoints(points)
    assert cut_frames(before, cut_leaps(before)) == list(range(start, min(start + length, 120)))


def test_a_leap_to_a_body_of_another_size_in_the_same_place_is_cut() -> None:
    points = walk()
    points[50:60] = body(np.linspace(200, 1000, 120)[50:60], 360.0, 0.3)
    before = keypoints(points)
    assert cut_frames(before, cut_leaps(before)) == list(range(50, 60))


def test_a_beginning_on_somebody_else_is_cut() -> None:
    points = walk()
    points[:20] += (400, 0)
    before = keypoints(points)
    assert cut_frames(before, cut_leaps(before)) == list(range(20))


def test_a_leap_hidden_between_missing_frames_is_cut() -> None:
    points = walk()
    points[40:50] += (300, 0)
    points[37:40] = points[50:54] = np.nan
    before = keypoints(points)
    assert cut_frames(before, cut_leaps(before)) == list(range(40, 50))


@given(st.integers(0, 2**32 - 1))
def test_noise_outliers_and_lost_joints_are_no_leap(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = walk() + random.normal(0, 4, (120, 17, 2))
    points[random.random((120, 17)) < 0.05] += 200
    points[random.random((120, 17)) < 0.2] = np.nan
    before = keypoints(points)
    assert cut_frames(before, cut_leaps(before)) == []


@pytest.mark.parametrize("fps", [10.0, 30.0, 120.0])
def test_a_sprint_from_rest_and_a_somersault_are_no_leap(fps: float) -> None:
    # 90 pixels are a metre here: hips to head or feet.
    times = np.arange(int(4 * fps)) / fps
    run = np.cumsum(np.clip(times - 1, 0, 1) * 8 * 90) / fps
    spin = 2 * np.pi * np.clip((times - 2.5) / 0.7, 0, 1)
    before = keypoints(body(100 + run, 360.0, 1.0, spin), fps=fps)
    assert cut_leaps(before) is before
    assert cut_joint_leaps(before) is before


def test_somebody_away_for_a_second_may_come_back_elsewhere() -> None:
    points = walk()
    points[60:] += (250, 0)
    points[60:95] = np.nan
    before = keypoints(points)
    assert cut_leaps(before) is before


def test_cutting_twice_cuts_no_more() -> None:
    points = walk()
    points[30:40] += (300, 50)
    once = cut_leaps(keypoints(points))
    np.testing.assert_array_equal(cut_leaps(once).points_px, once.points_px)


@pytest.mark.parametrize("seen", [[], [4], [4, 9]])
def test_next_to_nothing_passes_unchanged(seen: list[int]) -> None:
    points = np.full((12, 17, 2), np.nan)
    points[seen] = walk()[seen]
    before = keypoints(points)
    assert cut_leaps(before) is before
    assert cut_joint_leaps(before) is before


def test_a_joint_that_jumps_away_and_back_is_cut_alone() -> None:
    ankle = COCO_17.index("left_ankle")
    points = walk()
    points[50:53, ankle] += (120, -80)
    before = keypoints(points)
    after = cut_joint_leaps(before)
    assert np.argwhere(before.seen & ~after.seen).tolist() == [[50, ankle], [51, ankle], [52, ankle]]


def test_a_joint_that_jumps_and_stays_is_believed() -> None:
    points = walk()
    points[50:, COCO_17.index("left_ankle")] += (120, -80)
    before = keypoints(points)
    assert cut_joint_leaps(before).seen.all()


def restless(seed: int, count: int = 600) -> Keypoints:
    """Draw a walk with leaps, gaps, joints gone astray and flicker."""
    random = np.random.default_rng(seed)
    points = walk(count) + random.normal(0, 4, (count, 17, 2))
    for start in random.integers(0, count, random.integers(0, 7)):
        points[start : start + random.choice([3, 12, 200])] += random.normal(0, 300, 2)
    for start in random.integers(0, count, random.integers(0, 7)):
        points[start : start + random.choice([1, 20, 300])] = np.nan
    for start, joint in random.integers(0, (count, 17), (20, 2)):
        points[start : start + random.integers(1, 30), joint] += random.normal(0, 120, 2)
    points[random.random((count, 17)) < random.choice([0, 0.2])] = np.nan
    return keypoints(points)


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.sampled_from([40, 97, 300]))
def test_leaps_are_the_same_however_the_clip_is_parted(seed: int, stretch_frames: int) -> None:
    before = restless(seed)
    clip = KeypointRows.of(before)
    body = find_body_leaps(clip, stretch_frames).among(before.scores, 0)
    assert (before.seen.any(-1) & ~body).tolist() == cut_leaps(before).seen.any(-1).tolist()
    means = mean_joint_scores(clip, stretch_frames)
    parts = list(find_joint_leaps(clip, means, stretch_frames))
    frames = [frame for part, _ in parts for frame in range(part.start, part.stop)]
    assert frames == list(range(len(before)))
    joints = np.concatenate([leaps for _, leaps in parts])
    np.testing.assert_array_equal(before.seen & ~joints, cut_joint_leaps(before).seen)


def test_the_development_set_loses_its_leaps_and_little_else(shared: Path) -> None:
    with np.load(shared / "dev" / "development.npz") as clips:
        names = sorted({key.split("/")[0] for key in clips.files if "/" in key})
        figures = np.array([_found_and_false(clips, name) for name in names])
    leaps, found, false, false_clean, false_noisy = figures.sum(0)
    assert (leaps, false_clean, false_noisy) == (327, 0, 0)
    assert found >= 0.97 * leaps
    assert false <= 20


def _found_and_false(clips: Mapping[str, np.ndarray], name: str) -> tuple[int, int, int, int, int]:
    width, height = (int(side) for side in clips[f"{name}/image_size"])
    clean, harsh = clips[f"{name}/clean_px"], clips[f"{name}/harsh_px"]
    spread = np.sqrt(((clean - clean.mean(1, keepdims=True)) ** 2).sum(-1).mean(1))
    seen = np.isfinite(harsh).all(-1)
    away = np.array(
        [
            np.linalg.norm(np.median((h - c)[s], axis=0)) if s.any() else 0.0
            for h, c, s in zip(harsh, clean, seen, strict=True)
        ]
    )
    leap = away > spread

    def cut(points: np.ndarray, scores: np.ndarray) -> np.ndarray:
        before = Keypoints(points, scores, COCO_17, 30.0, (width, height))
        return before.seen.any(-1) & ~cut_leaps(before).seen.any(-1)

    in_harsh = cut(harsh, clips[f"{name}/harsh_scores"])
    in_clean = cut(clean, np.ones(clean.shape[:2], np.float32))
    in_noisy = cut(clips[f"{name}/noisy_px"], clips[f"{name}/noisy_scores"])
    return (
        int(leap.sum()),
        int((leap & in_harsh).sum()),
        int((in_harsh & ~leap).sum()),
        int(in_clean.sum()),
        int(in_noisy.sum()),
    )
