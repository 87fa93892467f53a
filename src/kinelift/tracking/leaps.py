"""Cutting out what no body can do: leaps to another place or to somebody else."""

from __future__ import annotations

import logging
from array import array
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from kinelift.body import Keypoints
from kinelift.body.rows import KeypointRows, stretches
from kinelift.geometry.tally import Tally
from kinelift.tracking.chains import LOOK_BACK, Chain, strains_back
from kinelift.tracking.masking import without
from kinelift.tracking.track import (
    MIN_JOINTS,
    MOST_RULER_ROWS,
    STRETCH_FRAMES,
    BodyPlaces,
    Track,
    scores_of_bodies,
    tracks,
)

log = logging.getLogger(__name__)

STRAIN_SECONDS = 0.5
"""Frames worth this much time are given up for a way that goes on as it did, rather than one just
possible."""


def cut_leaps(keypoints: Keypoints) -> Keypoints:
    """Mask the frames in which the whole body is where, or as large as, it cannot be; see `find_body_leaps`."""
    leaps = find_body_leaps(KeypointRows.of(keypoints))
    frames = leaps.among(keypoints.scores, 0)
    return without(keypoints, np.repeat(frames[:, None], len(keypoints.skeleton), axis=1))


@dataclass(frozen=True, eq=False)
class BodyLeaps:
    """The frames between which one body is followed; in the others it cannot be the same."""

    starts: Int[np.ndarray, " piece"]
    """The first frame of each piece of its way, in order."""
    stops: Int[np.ndarray, " piece"]
    """The frame after the last of each."""

    def among(self, scores: Float[np.ndarray, "frame joint"], first_frame: int) -> Bool[np.ndarray, " frame"]:
        """Tell in which frames of a stretch, of which the first is given, a body is seen that cannot be this one."""
        frames = first_frame + np.arange(len(scores))
        piece = np.searchsorted(self.starts, frames, side="right") - 1
        followed = (piece >= 0) & (frames < self.stops[np.maximum(piece, 0)])
        return ((scores > 0).sum(-1) >= MIN_JOINTS) & ~followed


def find_body_leaps(clip: KeypointRows, stretch_frames: int = STRETCH_FRAMES) -> BodyLeaps:
    """Find the frames in which the whole body is where, or as large as, it cannot be.

    The clip is broken wherever the body moves or changes size faster than a body can; the pieces that one
    body can have gone through, the heaviest such chain, stay. So a leap away is cut whether it returns or
    not, and a beginning on somebody else too. Frames are compared by the joints they share. The whole clip
    decides, but memory grows by no more than a few bytes a piece.
    """
    pieces = _Pieces(Chain(STRAIN_SECONDS * clip.fps * _usual_weight(clip, stretch_frames)))
    for track in tracks(clip, stretch_frames, MOST_RULER_ROWS + 1):
        pieces.follow(track)
    if not pieces.broken:
        return BodyLeaps(np.array([0]), np.array([len(clip)]))
    leaps = pieces.heaviest()
    followed = int((leaps.stops - leaps.starts).sum())
    log.info(
        "%d of %d frames leap to another place or size and are treated as missing.",
        pieces.rows - followed,
        len(clip),
    )
    return leaps


class _Pieces:
    """The pieces that a body's way is broken into, gathered track by track.

    The way is also cut wherever frames are missing: across a gap a leap may look like haste, and what comes after may
    fit better to what was before it.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._starts, self._stops = array("q"), array("q")
        self._begun: _Borders | None = None
        """Where the piece begins that has not ended yet."""
        self._ended: BodyPlaces | None = None
        """Where the last pieces ended."""
        self.rows, self.broken, self._weight = 0, False, 0.0

    def follow(self, track: Track) -> None:
        """Go on through the rows that are the track's own."""
        rows, count = np.arange(track.own.start, track.own.stop), len(track.frames)
        pairs = np.arange(max(track.own.start - 1, 0), min(track.own.stop, count - 1))
        leaps = track.places.strain(pairs, pairs + 1) > 1.0
        cut_before = np.ones(count + 1, bool)
        cut_before[pairs + 1] = leaps | (track.frames[pairs + 1] - track.frames[pairs] > 1)
        weights = self._weight + np.cumsum(track.scores[rows].sum(-1), dtype=np.float64)
        begins, ends = cut_before[rows], cut_before[rows + 1]
        before = np.concatenate(([self._weight], weights[:-1]))
        self._part(
            _Borders(track.frames[rows[begins]], before[begins], track.places.take(rows[begins])),
            _Borders(track.frames[rows[ends]], weights[ends], track.places.take(rows[ends])),
        )
        self.rows, self._weight = self.rows + len(rows), float(weights[-1])
        self.broken = self.broken or bool(leaps.any())

    def _part(self, begins: _Borders, ends: _Borders) -> None:
        begins = begins if self._begun is None else self._begun.joined(begins)
        earlier = ends.places.take(slice(0, 0)) if self._ended is None else self._ended
        closed, after, count = begins.take(slice(0, len(ends.frames))), len(earlier), len(ends.frames)
        places = earlier.joined(closed.places).joined(ends.places)
        starts, stops = after + np.arange(count), after + count + np.arange(count)
        weights = ends.weights - closed.weights
        for some, strains in strains_back(np.arange(after), starts, stops, places.strain):
            self._chain.add(weights[some], strains)
        self._starts.extend(closed.frames.tolist())
        self._stops.extend((ends.frames + 1).tolist())
        self._ended = earlier.joined(ends.places).take(slice(-LOOK_BACK, None))
        self._begun = begins.take(slice(count, None))

    def heaviest(self) -> BodyLeaps:
        """Return the pieces that one body can have gone through."""
        kept = self._chain.kept()
        return BodyLeaps(
            np.frombuffer(self._starts, np.int64)[kept], np.frombuffer(self._stops, np.int64)[kept]
        )


@dataclass(frozen=True, eq=False)
class _Borders:
    """Where pieces begin or end."""

    frames: Int[np.ndarray, " piece"]
    weights: Float[np.ndarray, " piece"]
    """Of all rows up to there."""
    places: BodyPlaces

    def take(self, pieces: slice) -> _Borders:
        return _Borders(self.frames[pieces], self.weights[pieces], self.places.take(pieces))

    def joined(self, later: _Borders) -> _Borders:
        return _Borders(
            np.concatenate((self.frames, later.frames)),
            np.concatenate((self.weights, later.weights)),
            self.places.joined(later.places),
        )


def _usual_weight(clip: KeypointRows, stretch_frames: int) -> float:
    """Return the median over bodies of their joints' summed scores."""
    weights = Tally()
    for part in stretches(len(clip), stretch_frames):
        weights.add(scores_of_bodies(clip, part).sum(-1).astype(np.float64))
    return weights.quantile(0.5) if weights.count else 0.0
