"""Quality spans: what they say of every frame of a clip, once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body.quality_spans import (
    DOUBTS,
    QualitySpan,
    check_partition,
    doubts_of,
    frames_of,
    quality_spans,
    spans_at,
)

FPS = 30.0


@st.composite
def clips(draw):
    """Draw observed and doubts of a clip, in runs."""
    runs = draw(
        st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(1, 12)), min_size=1, max_size=12)
    )
    lengths = [length for _, _, length in runs]
    observed = np.repeat([seen for seen, _, _ in runs], lengths)
    return observed, np.repeat([doubt for _, doubt, _ in runs], lengths).astype(np.uint8)


@given(clips())
def test_spans_partition_the_clip_and_neighbours_differ(clip):
    observed, doubts = clip
    spans = quality_spans(observed, doubts, FPS)
    check_partition(spans, len(observed))
    assert sum(map(len, spans)) == len(observed)
    assert all(before.kind != after.kind for before, after in pairwise(spans))


@given(clips())
def test_infilled_is_what_was_not_observed_and_doubts_make_what_was_doubtful(clip):
    observed, doubts = clip
    spans = quality_spans(observed, doubts, FPS)
    np.testing.assert_array_equal(frames_of(spans, "infilled"), ~observed)
    assert frames_of(spans, "doubtful")[observed & (doubts > 0)].all()
    for span in spans:
        given_there = np.bitwise_or.reduce(doubts[span.start_frame : span.stop_frame])
        told = sum(1 << DOUBTS.index(doubt) for doubt in span.because)
        assert told == (given_there if span.kind == "doubtful" else 0)


def test_a_moment_of_trust_between_doubts_is_doubtful_and_a_tenth_of_a_second_more_is_not():
    doubts = np.array([0, 4, 4, 0, 0, 0, 4, 0, 0, 0, 0, 1], np.uint8)
    spans = quality_spans(np.ones(12, bool), doubts, FPS)
    assert spans == (
        QualitySpan("observed", 0, 1),
        QualitySpan("doubtful", 1, 7, ("scores",)),
        QualitySpan("observed", 7, 11),
        QualitySpan("doubtful", 11, 12, ("expected error",)),
    )


def test_each_signal_gives_its_doubt_and_what_is_not_known_gives_none():
    expected_error = np.array([[0.1, 0.1], [0.2, 0.2], [np.nan, np.nan], [0.1, 0.1]])
    reprojection = np.array([0.05, np.nan, 0.2, 0.1])
    scores = np.array([[0.9, 0.9], [0.9, 0.9], [0.9, 0.9], [0.5, 0.0]])
    assert doubts_of(expected_error, reprojection, scores).tolist() == [0, 1, 2, 4]


@given(clips(), st.data())
def test_spans_of_chosen_frames_say_of_each_what_was_said_of_it(clip, data):
    observed, doubts = clip
    spans = quality_spans(observed, doubts, FPS)
    start = data.draw(st.integers(0, len(observed) - 1))
    rows = np.arange(start, data.draw(st.integers(start + 1, len(observed))))
    chosen = spans_at(spans, rows)
    check_partition(chosen, len(rows))
    for kind in ("observed", "infilled", "doubtful"):
        np.testing.assert_array_equal(frames_of(chosen, kind), frames_of(spans, kind)[rows])


@pytest.mark.parametrize(
    ("spans", "frames"),
    [
        ((QualitySpan("observed", 1, 4),), 4),
        ((QualitySpan("observed", 0, 2), QualitySpan("infilled", 3, 4)), 4),
        ((QualitySpan("observed", 0, 3),), 4),
        ((QualitySpan("observed", 0, 3), QualitySpan("infilled", 2, 4)), 4),
    ],
)
def test_spans_that_leave_frames_out_or_count_them_twice_are_refused(spans, frames):
    with pytest.raises(ValueError, match="each is to begin where the one before ends"):
        check_partition(spans, frames)


def test_spans_of_no_frames_and_unknown_words_are_refused():
    with pytest.raises(ValueError, match="which are none"):
        QualitySpan("observed", 4, 4)
    with pytest.raises(ValueError, match="one of observed, infilled, doubtful"):
        QualitySpan("good", 0, 4)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="doubts among"):
        QualitySpan("doubtful", 0, 4, ("luck",))  # pyright: ignore[reportArgumentType]
