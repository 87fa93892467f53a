"""Ring buffers among a graph's states: rows written and read by their time, nothing moved.

A ring is a tensor (batch, length, channels), its row for time t at t modulo length. Every read takes the
ring as it is after writing, so a caller may bind `name` and `name_out` to one buffer: then nothing is copied.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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

    @property
    def name(self) -> str:
        """What sets these blocks apart from others, in names of nodes."""
        return f"{self.length}_{self.first}"


def stagger(lengths: Sequence[int]) -> list[Blocks]:
    """Let blocks of these lengths begin at different frames, so that no frame has the work of many.

    One after another, each begins where as few as may be of those before it ever begin, and as early as may be.
    """
    period = math.lcm(*lengths)
    begun, staggered = [0] * period, []
    for length in lengths:
        first = min(range(length), key=lambda first: (max(begun[first::length]), first))
        staggered.append(Blocks(length, first))
        for frame in range(first, period, length):
            begun[frame] += 1
    return staggered


class Clock:
    """Which frames a run brings, counted from the first run on."""

    def __init__(self, graph: OnnxGraph, frames: str) -> None:
        """Count the frames (batch, time, channels) of this run on from those before."""
        self._graph = graph
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
        return self._times("now", self._start, self._end)

    def ahead(self, blocks: Blocks) -> Times:
        """Count the frames of the blocks that begin in this run: of one frame, a whole block or nothing."""
        first, end = self._around(blocks)
        return self._times(f"ahead_{blocks.name}", first, end)

    def left_ahead(self, blocks: Blocks, whole: str) -> Times:
        """Count the same frames, but where `whole` is true only those of the block that the run breaks off.

        A run that is whole must be at least a block long, so that the block it breaks off begins in it.
        """
        first, end = self._around(blocks)
        last = self._beginning(blocks, self._end, 0, f"ahead_{blocks.name}_last")
        first = self._graph.node("Where", [whole, last, first], f"left_ahead_{blocks.name}_start")
        return self._times(f"left_ahead_{blocks.name}", first, end)

    def runs_at_least(self, frames: int) -> str:
        """Tell whether this run brings so many frames; a truth value without an axis."""
        graph = self._graph
        now = graph.node("Squeeze", ["frames_now"], "run_length")
        return graph.node("GreaterOrEqual", [now, graph.integer(frames)], f"runs_{frames}")

    def _around(self, blocks: Blocks) -> tuple[str, str]:
        """Return the first frame of the first block that begins in this run, and the end of the last one."""
        first, end = (
            self._beginning(blocks, time, blocks.length - 1, f"ahead_{blocks.name}_{name}")
            for name, time in (("start", self._start), ("end", self._end))
        )
        return first, end

    def _beginning(self, blocks: Blocks, time: str, later: int, name: str) -> str:
        """Return where the last block begins that does so `later` frames after a time or before."""
        node, integers = self._graph.node, self._graph.integers
        since_first = node("Add", [time, integers(later - blocks.first)], f"{name}_since_first")
        number = node("Div", [since_first, integers(blocks.length)], f"{name}_number")
        begun = node("Mul", [number, integers(blocks.length)], f"{name}_begun")
        return node("Add", [begun, integers(blocks.first)], name) if blocks.first else begun

    def _times(self, name: str, start: str, end: str) -> Times:
        node, integers = self._graph.node, self._graph.integers
        ends = [node("Squeeze", [time], f"{name}_{end}") for end, time in (("from", start), ("to", end))]
        times = node("Range", [*ends, self._graph.integer(1)], name)
        column = node("Unsqueeze", [times, integers(1)], f"{name}_column")
        # Broadcast to pairs: (batch, 1, 1) * (1, 0) + (time, 1) * (0, 1).
        stream = node("Mul", [self._streams, integers(1, 0)], "streams_first")
        time = node("Mul", [column, integers(0, 1)], f"{name}_second")
        return Times(name, column, node("Add", [stream, time], f"{name}_pairs"))


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
