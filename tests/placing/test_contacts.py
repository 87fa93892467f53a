"""Contacts: spans, not flickers, and none of a foot that flies."""

import numpy as np
import pytest

from kinelift.placing.contacts import LIKELY, contact_look_ahead, find_contacts

FPS = 30.0


def still(frames: int) -> np.ndarray:
    """Return feet that stay where they are, four metres before the camera."""
    return np.zeros((frames, 4, 3)) + np.arange(4)[:, None] * [0.1, 0.0, 0.0] + [0.0, 1.0, 4.0]


def probability(text: str) -> np.ndarray:
    """Read a line of x (touches, probably) and . (does not), the same for all points."""
    return np.repeat(np.array([0.9 if each == "x" else 0.1 for each in text])[:, None], 4, axis=1)


def found(text: str, feet: np.ndarray | None = None, fps: float = FPS) -> str:
    """Find contacts and write them as a line."""
    told = find_contacts(probability(text), still(len(text)) if feet is None else feet, fps, 0.5)
    assert (told == told[:, :1]).all() or feet is not None
    return "".join("x" if each else "." for each in told[:, 0])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("..xxxxxxxx..", "..xxxxxxxx.."),
        ("xxxx.xxxxx..", "xxxxxxxxxx.."),  # a lapse of a frame
        ("xxxx....xxxx", "xxxx....xxxx"),  # a step
        (".....xx.....", "............"),  # a flicker
        ("x", "."),
        ("xxx", "xxx"),
    ],
)
def test_lapses_are_bridged_and_flickers_left_out(said: str, expected: str) -> None:
    assert found(said) == expected


def test_spans_are_of_time_not_of_frames() -> None:
    assert found("." * 10 + "xxxx" + "." * 10) == "." * 10 + "xxxx" + "." * 10
    assert found("." * 10 + "xxxx" + "." * 10, fps=60.0) == "." * 24


def test_a_foot_that_flies_does_not_stand_whatever_is_said() -> None:
    feet = still(60)
    feet[30:, :, 0] += 0.05 * np.arange(30)[:, None]  # 1.5 m/s
    told = find_contacts(np.ones((60, 4)), feet, FPS, 0.5)
    assert told[:26].all()
    assert not told[32:].any()


def test_a_foot_that_wanders_in_depth_alone_may_stand() -> None:
    depths = 1.0 + 0.05 * np.sin(np.arange(60) / 3.0)  # 5 cm and up to half a metre a second in each metre
    assert find_contacts(np.ones((60, 4)), still(60) * depths[:, None, None], FPS, 0.1).all()


def test_it_reads_no_farther_than_it_says() -> None:
    rng = np.random.default_rng(0)
    said, feet = rng.random((120, 4)), np.cumsum(rng.normal(0, 0.01, (120, 4, 3)), axis=0)
    whole, reach = find_contacts(said, feet, FPS, 0.4), contact_look_ahead(FPS)
    assert 0 < whole.mean() < 1
    for frame in (20, 57, 99):
        around = slice(frame - reach, frame + reach + 1)
        np.testing.assert_array_equal(
            find_contacts(said[around], feet[around], FPS, 0.4)[reach : reach + 1], whole[frame : frame + 1]
        )


def test_what_is_just_likely_counts() -> None:
    assert find_contacts(np.full((9, 4), LIKELY), still(9), FPS, 0.5).all()
