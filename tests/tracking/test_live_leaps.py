"""Laws of cutting out, frame by frame, what no body can do."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinelift.body import COCO_17, Keypoints
from kinelift.tracking.live_leaps import BELIEVED_AFTER_SECONDS, LeapGate, cut_leaps_live
from tests.tracking.people import SIZE, body, keypoints

BELIEVED_AFTER = round(BELIEVED_AFTER_SECONDS * 30.0)


def walk(count: int = 120) -> np.ndarray:
    return body(np.linspace(200, 1000, count), 360.0)


def cut_frames(before: Keypoints) -> list[int]:
    after = cut_leaps_live(before)
    return np.flatnonzero(before.seen.any(-1) & ~after.seen.any(-1)).tolist()


@given(st.integers(1, 100), st.integers(1, 15), st.floats(2.5, 8.0), st.floats(0, 6.28))
def test_a_leap_that_returns_is_cut_and_nothing_else(
    start: int, length: int, spreads: float, angle: float
) -> None:
    points = walk()
    points[start : start + length] += 55 * spreads * np.array([np.cos(angle), np.sin(angle)])
    assert cut_frames(keypoints(points)) == list(range(start, min(start + length, 120)))


@given(st.floats(3.0, 8.0), st.integers(1, 60))
def test_a_leap_that_stays_is_believed_after_half_a_second(spreads: float, start: int) -> None:
    points = walk()
    points[start:] += (55 * spreads, 0)
    assert cut_frames(keypoints(points)) == list(range(start, start + BELIEVED_AFTER))


def test_a_leap_to_a_body_of_another_size_in_the_same_place_is_cut() -> None:
    points = walk()
    points[50:60] = body(np.linspace(200, 1000, 120)[50:60], 360.0, 0.3)
    assert cut_frames(keypoints(points)) == list(range(50, 60))


def test_leaping_to_and_fro_between_two_people_stays_with_the_first() -> None:
    points = walk()
    points[20:100:2] += (400, 0)
    assert cut_frames(keypoints(points)) == list(range(20, 100, 2))


def test_a_leap_hidden_between_missing_frames_is_cut() -> None:
    points = walk()
    points[40:50] += (500, 0)
    points[37:40] = points[50:54] = np.nan
    assert cut_frames(keypoints(points)) == list(range(40, 50))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=12)
def test_noise_outliers_and_lost_joints_are_hardly_ever_a_leap(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = walk() + random.normal(0, 4, (120, 17, 2))
    points[random.random((120, 17)) < 0.05] += 200
    points[random.random((120, 17)) < 0.2] = np.nan
    assert len(cut_frames(keypoints(points))) <= 2


@pytest.mark.parametrize("fps", [10.0, 30.0, 120.0])
def test_a_sprint_from_rest_and_a_somersault_are_no_leap(fps: float) -> None:
    # 90 pixels are a metre here: hips to head or feet.
    times = np.arange(int(4 * fps)) / fps
    run = np.cumsum(np.clip(times - 1, 0, 1) * 8 * 90) / fps
    spin = 2 * np.pi * np.clip((times - 2.5) / 0.7, 0, 1)
    before = keypoints(body(100 + run, 360.0, 1.0, spin), fps=fps)
    assert np.array_equal(cut_leaps_live(before).seen, before.seen)


def test_somebody_away_for_a_second_may_come_back_elsewhere() -> None:
    points = walk()
    points[60:] += (250, 0)
    points[60:95] = np.nan
    assert cut_frames(keypoints(points)) == []


def test_a_joint_that_jumps_away_and_back_is_cut_alone() -> None:
    ankle = COCO_17.index("left_ankle")
    points = walk()
    points[50:53, ankle] += (120, -80)
    before = keypoints(points)
    after = cut_leaps_live(before)
    assert np.argwhere(before.seen & ~after.seen).tolist() == [[50, ankle], [51, ankle], [52, ankle]]


def test_a_joint_that_jumps_and_stays_is_believed_after_half_a_second() -> None:
    ankle = COCO_17.index("left_ankle")
    points = walk()
    points[50:, ankle] += (120, -80)
    before = keypoints(points)
    lost = np.argwhere(before.seen & ~cut_leaps_live(before).seen)
    assert lost.tolist() == [[frame, ankle] for frame in range(50, 50 + BELIEVED_AFTER)]


@given(st.integers(0, 1000), st.integers(1, 60))
def test_what_is_cut_does_not_depend_on_later_frames(seed: int, cut: int) -> None:
    random = np.random.default_rng(seed)
    points = walk(60) + 300 * (random.random((60, 1, 1)) < 0.2)
    points[random.random((60, 17)) < 0.1] = np.nan
    whole = cut_leaps_live(keypoints(points)).seen
    assert np.array_equal(cut_leaps_live(keypoints(points[:cut])).seen, whole[:cut])


@given(st.integers(0, 1000))
@settings(max_examples=8)
def test_streams_do_not_touch_each_other(seed: int) -> None:
    random = np.random.default_rng(seed)
    clips = []
    for _ in range(3):
        points = walk(40) + 300 * (random.random((40, 1, 1)) < 0.2)
        points[random.random((40, 17)) < 0.2] = np.nan
        clips.append(keypoints(points))
    gate = LeapGate(COCO_17, 3, SIZE)
    alone = np.stack([cut_leaps_live(clip).scores for clip in clips], axis=1)
    for t in range(40):
        points = np.nan_to_num(np.stack([clip.points_px[t] for clip in clips])).astype(np.float64)
        scores = np.stack([clip.scores[t] for clip in clips]).astype(np.float64)
        np.testing.assert_array_equal(gate.trusted(points, scores, t / 30.0), alone[t])


@pytest.mark.parametrize("seen", [[], [4], [4, 9]])
def test_next_to_nothing_passes_unchanged(seen: list[int]) -> None:
    points = np.full((12, 17, 2), np.nan)
    points[seen] = walk()[seen]
    before = keypoints(points)
    np.testing.assert_array_equal(cut_leaps_live(before).scores, before.scores)


@pytest.mark.slow
def test_the_development_set_loses_most_of_its_leaps_and_little_else(shared: Path) -> None:
    figures = np.zeros(5, int)
    with np.load(shared / "dev" / "development.npz") as clips:
        for name in sorted({key.split("/")[0] for key in clips.files if "/" in key}):
            width, height = (int(side) for side in clips[f"{name}/image_size"])
            clean, harsh = clips[f"{name}/clean_px"], clips[f"{name}/harsh_px"]
            spread = np.sqrt(((clean - clean.mean(1, keepdims=True)) ** 2).sum(-1).mean(1))
            seen = np.isfinite(harsh).all(-1)
            steps = [
                h[s] - c[s] if s.any() else np.zeros((1, 2))
                for h, c, s in zip(harsh, clean, seen, strict=True)
            ]
            leap = np.array([np.linalg.norm(np.median(step, axis=0)) for step in steps]) > spread

            def cut(kind: str, size: tuple[int, int] = (width, height), name: str = name) -> np.ndarray:
                points = clips[f"{name}/{kind}_px"]
                scores = np.ones(points.shape[:2]) if kind == "clean" else clips[f"{name}/{kind}_scores"]
                before = Keypoints(points, scores, COCO_17, 30.0, size)
                return before.seen.any(-1) & ~cut_leaps_live(before).seen.any(-1)

            in_harsh = cut("harsh")
            figures += (
                leap.sum(), (leap & in_harsh).sum(), (in_harsh & ~leap).sum(), cut("clean").sum(), cut("noisy").sum(),
            )  # fmt: skip
    leaps, found, false, false_clean, false_noisy = figures.tolist()
    assert leaps == 327
    assert (false_clean, false_noisy) == (0, 0)
    assert found >= 0.9 * leaps
    assert false <= 0.01 * 11_650
