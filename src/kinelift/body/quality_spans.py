"""Which stretches of a clip were observed, which infilled, and which are doubtful, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args, no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

SpanKind = Literal["observed", "infilled", "doubtful"]
Doubt = Literal["expected error", "reprojection error", "scores"]
SPAN_KINDS: tuple[SpanKind, ...] = get_args(SpanKind)
DOUBTS: tuple[Doubt, ...] = get_args(Doubt)
"""In the order of their bits in a frame's doubts."""

DOUBTFUL_METRES = 0.15
"""Half an upper arm: a joint off by more turns its bone by 30 degrees or more, and what the limb does is not told.

Of a frame's expected error, its joints' mean, and of its reprojection error at the person's distance."""
DOUBTFUL_SCORE = 0.3
"""Of a frame's joints' mean score: below it detectors' own programs, such as OpenMMLab's, draw no keypoint."""
SHORTEST_BETWEEN_SECONDS = 0.1
"""Observed frames between doubtful ones are doubtful too unless they last longer."""


@no_type_check  # __post_init__ checks and names the mend; the shape checker of the tests would come first.
@dataclass(frozen=True)
class QualitySpan:
    """Frames in a row of one quality."""

    kind: SpanKind
    """"observed"; "infilled" where the person was not seen; "doubtful" where seen, but hardly to be relied on."""
    start_frame: int
    stop_frame: int
    """Exclusive."""
    because: tuple[Doubt, ...] = ()
    """What is doubtful, of doubtful spans: one or more of DOUBTS, each in some of the frames."""

    def __post_init__(self) -> None:
        if self.kind not in SPAN_KINDS:
            raise ValueError(f"span: one of {', '.join(SPAN_KINDS)} expected, got {self.kind!r}.")
        if not 0 <= self.start_frame < self.stop_frame:
            raise ValueError(f"span: frames from {self.start_frame} to {self.stop_frame}, which are none.")
        if not set(self.because) <= set(DOUBTS):
            raise ValueError(f"span: doubts among {', '.join(DOUBTS)} expected, got {self.because}.")

    def __len__(self) -> int:
        return self.stop_frame - self.start_frame


def doubts_of(
    expected_error_m: Float[np.ndarray, "frame joint"],
    reprojection_m: Float[np.ndarray, " frame"],
    scores: Float[np.ndarray, "frame joint"],
) -> UInt8[np.ndarray, " frame"]:
    """Return a bit for each of DOUBTS that a frame gives; NaN, which is not known, gives none."""
    signals = (
        expected_error_m.mean(axis=1) > DOUBTFUL_METRES,
        reprojection_m > DOUBTFUL_METRES,
        scores.mean(axis=1) < DOUBTFUL_SCORE,
    )
    return sum(
        (signal.astype(np.uint8) << bit for bit, signal in enumerate(signals)),
        np.zeros(len(scores), np.uint8),
    )


def quality_spans(
    observed: Bool[np.ndarray, " frame"], doubts: UInt8[np.ndarray, " frame"], fps: float
) -> tuple[QualitySpan, ...]:
    """Part a clip into spans; frames that were not observed are infilled, whatever is doubted of them."""
    kinds = np.where(observed, np.where(doubts > 0, 2, 0), 1)
    spans = [
        QualitySpan(
            SPAN_KINDS[kinds[start]], start, stop, _named(doubts[start:stop], SPAN_KINDS[kinds[start]])
        )
        for start, stop in _runs(kinds)
    ]
    return _joined(_without_short_trust(spans, SHORTEST_BETWEEN_SECONDS * fps))


def spans_at(spans: Sequence[QualitySpan], rows: Int[np.ndarray, " row"]) -> tuple[QualitySpan, ...]:
    """Return the spans of a clip that is made of some frames of another, in that order."""
    if not spans or not len(rows):
        return ()
    owner = np.searchsorted([span.stop_frame for span in spans], rows, side="right")
    return _joined(
        [replace(spans[owner[start]], start_frame=start, stop_frame=stop) for start, stop in _runs(owner)]
    )


def frames_of(spans: Sequence[QualitySpan], kind: SpanKind) -> Bool[np.ndarray, " frame"]:
    """Tell of each frame whether it is of a kind."""
    of_kind, lengths = [span.kind == kind for span in spans], [len(span) for span in spans]
    return np.repeat(np.array(of_kind, dtype=bool), np.array(lengths, dtype=int))


def check_partition(spans: Sequence[QualitySpan], frames: int) -> None:
    """Raise a ValueError unless spans, where there are any, follow each other from the first frame to the last."""
    borders = [0, *(span.stop_frame for span in spans)]
    if spans and ([span.start_frame for span in spans] != borders[:-1] or borders[-1] != frames):
        raise ValueError(
            f"spans: each is to begin where the one before ends, from 0 to {frames}; got {spans}."
        )


def _named(doubts: UInt8[np.ndarray, " frame"], kind: SpanKind) -> tuple[Doubt, ...]:
    if kind != "doubtful":
        return ()
    bits = int(np.bitwise_or.reduce(doubts))
    return tuple(name for bit, name in enumerate(DOUBTS) if bits >> bit & 1)


def _runs(values: Int[np.ndarray, " frame"]) -> list[tuple[int, int]]:
    """Return where runs of one value start and stop."""
    starts = np.flatnonzero(np.diff(values, prepend=values[0] - 1)).tolist()
    return list(zip(starts, [*starts[1:], len(values)], strict=True))


def _without_short_trust(spans: list[QualitySpan], most_frames: float) -> list[QualitySpan]:
    kept = list(spans)
    for index in range(1, len(spans) - 1):
        before, span, after = spans[index - 1 : index + 2]
        between = before.kind == after.kind == "doubtful"
        if between and span.kind == "observed" and len(span) <= most_frames + 1e-9:
            kept[index] = replace(span, kind="doubtful", because=before.because)
    return kept


def _joined(spans: list[QualitySpan]) -> tuple[QualitySpan, ...]:
    """Join neighbours of one kind."""
    joined: list[QualitySpan] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is None or last.kind != span.kind:
            joined.append(span)
            continue
        because = tuple(doubt for doubt in DOUBTS if doubt in last.because + span.because)
        joined[-1] = replace(last, stop_frame=span.stop_frame, because=because)
    return tuple(joined)
