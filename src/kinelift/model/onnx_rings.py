"""Ring buffers among a graph's states: rows written and read by their time, nothing moved.

A ring is a tensor (batch, length, channels), its row for time t at t modulo length. Every read takes the
ring as it is after writing, so a caller may bind `name` and `name_out` to one buffer: then nothing is copied.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onnx import TensorProto

from kinelift.model.onnx_graph import OnnxGraph


@dataclass(frozen=True)
class Times:
    """Consecutive frame numbers inside the graph: as many as a run brings, or none."""

    name: str
    """Output (time,) of the node that counts them, and where the names of the others begin."""

    column: str
    """The same as (time, 1)."""

    pairs: str
    """Output (batch, time, 2) of the node that pairs each with each index of the batch."""


@dataclass(frozen=True)
class Ring:
    """A ring that has been written in this run."""

    name: str
    """Name of the state; `name_out` is what it becomes."""

    channels: int
    """Numbers in a row."""


@dataclass(frozen=True)
class Blocks:
    """Runs of frames that are worked on at once: one after another, from some frame on."""

    length: int
    first: int
    """Frame at which the first block begins; less than a length."""


def stagger(lengths: Sequence[int]) -> list[Blocks]:
    """Let blocks of these lengths begin at frames that share the work: many frames have none, no frame that of many.

    All begin together with some of the shortest, which leaves the frames between free; of those places, each takes
    one where as few as may be of those before it ever begin.
    """
    period = math.lcm(*lengths)
    begun, staggered = [0] * period, []
    for length in lengths:
        first = min(range(0, length, min(lengths)), key=lambda first: max(begun[first::length]))
        staggered.append(Blocks(length, first))
        for frame in range(first, period, length):
            begun[frame] += 1
    return staggered


class Clock:
    """Which frames a run brings, counted from the first run on.

    A frame at a time, counting takes a fair share of what a small network does, so the blocks of all layers are
    counted together.
    """

    def __init__(self, graph: OnnxGraph, frames: str, blocks: Mapping[int, Blocks]) -> None:
        """Count the frames (batch, time, channels) of this run on from those before; `blocks` are each layer's."""
        self._graph, self._blocks = graph, blocks
        graph.input("clock", 1, dtype=TensorProto.INT64)
        graph.output("clock_out", 1, dtype=TensorProto.INT64)
        count = graph.node("Shape", [frames], "frames_now", start=1, end=2)
        batch = graph.node("Squeeze", [graph.node("Shape", [frames], "batch_now", end=1)], "batch_size")
        streams = graph.node("Range", [graph.integer(0), batch, graph.integer(1)], "streams")
        self._streams = graph.node("Unsqueeze", [streams, graph.integers(1, 2)], "streams_by_time")
        # Like a ring, the clock is read once, by the node that writes it.
        self._end = graph.node("Add", ["clock", count], "clock_out")
        self._start = graph.node("Sub", [self._end, count], "clock_start")

    def now(self) -> Times:
        """Count this run's frames."""
        ends = ((self._start, "now_from"), (self._end, "now_to"))
        return self._times("now", *(self._graph.node("Squeeze", [time], name) for time, name in ends))

    def ahead(self, layer: int) -> Times:
        """Count the frames of a layer's blocks that begin in this run: of one frame, a whole block or nothing."""
        return self._of_layer("ahead", layer, self._next(self._start, "start"))

    def left_ahead(self, layer: int, whole: str) -> Times:
        """Count the same frames, but where `whole` is true only those of the block that the run breaks off.

        A run that is whole must be at least a block long, so that the block it breaks off begins in it.
        """
        first, last = self._next(self._start, "start"), self._last(self._end, "last")
        return self._of_layer(
            "left_ahead", layer, self._graph.node("Where", [whole, last, first], "left_ahead_start")
        )

    def runs_at_least(self, frames: int) -> str:
        """Tell whether this run brings so many frames; a truth value without an axis."""
        graph = self._graph
        now = graph.node("Squeeze", ["frames_now"], "run_length")
        return graph.node("GreaterOrEqual", [now, graph.integer(frames)], f"runs_{frames}")

    def _of_layer(self, name: str, layer: int, first: str) -> Times:
        """Count from a layer's part of `first` to the end of the last block that begins in this run."""
        name, at = f"{name}_{layer}", self._graph.integer([*self._blocks].index(layer))
        ends = ((first, f"{name}_from"), (self._next(self._end, "end"), f"{name}_to"))
        return self._times(name, *(self._graph.node("Gather", [time, at], part) for time, part in ends))

    def _next(self, time: str, name: str) -> str:
        """Return where each layer's first block begins that does so at a time or later."""
        return self._beginnings(time, name, [each.length - 1 for each in self._blocks.values()])

    def _last(self, time: str, name: str) -> str:
        """Return where each layer's last block begins that does so at a time or before."""
        return self._beginnings(time, name, [0] * len(self._blocks))

    def _beginnings(self, time: str, name: str, later: Sequence[int]) -> str:
        """Return where each layer's last block begins that does so `later` frames after a time or before."""
        node, integers, name = self._graph.node, self._graph.integers, f"blocks_{name}"
        lengths = integers(*(each.length for each in self._blocks.values()))
        firsts = [each.first for each in self._blocks.values()]
        shifts = (frames - first for frames, first in zip(later, firsts, strict=True))
        since_first = node("Add", [time, integers(*shifts)], f"{name}_since_first")
        begun = node("Mul", [node("Div", [since_first, lengths], f"{name}_number"), lengths], f"{name}_begun")
        return node("Add", [begun, integers(*firsts)], name)

    def _times(self, name: str, start: str, end: str) -> Times:
        node, integers = self._graph.node, self._graph.integers
        times = node("Range", [start, end, self._graph.integer(1)], name)
        column = node("Unsqueeze", [times, integers(1)], f"{name}_column")
        # Where (False, True): (batch, 1, 1) beside (time, 1), broadcast to pairs.
        second = node("Greater", [integers(0, 1), integers(0, 0)], "second_of_pair")
        return Times(name, column, node("Where", [second, column, self._streams], f"{name}_pairs"))


def write_ring(
    graph: OnnxGraph,
    name: str,
    kept: int,
    channels: int,
    times: Times,
    rows: str,
    *,
    dtype: int = TensorProto.FLOAT,
) -> Ring:
    """Add a state that keeps `kept` rows beside those of one run, and write rows (batch, time, channels)."""
    shape = ("batch", f"time + {kept}", channels)
    graph.input(name, *shape, dtype=dtype)
    graph.output(f"{name}_out", *shape, dtype=dtype)
    sizes = graph.node("Shape", [name], f"{name}_sizes", end=2)
    places = graph.node("Mod", [times.pairs, sizes], f"{name}_places")
    graph.node("ScatterND", [name, places, rows], f"{name}_out")
    return Ring(name, channels)


def read_ring(graph: OnnxGraph, ring: Ring, times: Times, delays: Sequence[int]) -> str:
    """Read the rows of `delays` frames before each time, side by side: (batch, time, delay * channels)."""
    name = f"{ring.name}_{times.name}_{'_'.join(map(str, delays))}"
    length = graph.node("Shape", [ring.name], f"{ring.name}_length", start=1, end=2)
    if list(delays) == [0]:
        places = graph.node("Mod", [times.name, length], f"{name}_places")
        return graph.node("Gather", [f"{ring.name}_out", places], name, axis=1)
    delayed = graph.node("Sub", [times.column, graph.integers(*delays)], f"{name}_times")
    places = graph.node("Mod", [delayed, length], f"{name}_places")
    rows = graph.node("Gather", [f"{ring.name}_out", places], f"{name}_rows", axis=1)
    return graph.node("Reshape", [rows, graph.integers(0, 0, len(delays) * ring.channels)], name)
