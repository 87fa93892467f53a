"""Decoded frames as RGB pictures, in memory that is used again.

Pictures are megabytes each. Were every one allocated anew, what is small and stays would come to lie in the holes that
they leave, the next picture would not fit, and a long video would take more and more memory with nothing kept.
"""

from __future__ import annotations

import weakref
from collections import deque
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Int, UInt8

from kinelift.video.orientation import turn


class PictureMemory:
    """Memory for pictures, each taken again once nothing looks at the picture in it any more."""

    KEPT = 4
    """Pictures' memory that waits to be taken again, at most."""

    def __init__(self) -> None:
        self._free: deque[bytearray] = deque(maxlen=self.KEPT)

    def copy(self, image: UInt8[np.ndarray, "height width 3"]) -> UInt8[np.ndarray, "height width 3"]:
        """Return a contiguous copy."""
        memory = self._free.pop() if self._free else bytearray(image.nbytes)
        if len(memory) != image.nbytes:
            memory = bytearray(image.nbytes)
        # Every view of it refers to this array, for its own base is no array.
        flat = np.frombuffer(memory, np.uint8)
        weakref.finalize(flat, self._free.append, memory).atexit = False
        picture = flat.reshape(image.shape)
        np.copyto(picture, image)
        return picture


class Pictures:
    """Makes RGB pictures of one stream's frames: in square pixels, the right way up."""

    def __init__(
        self, av: ModuleType, size: tuple[int, int], matrix: Int[np.ndarray, " entry"] | None
    ) -> None:
        """Take PyAV, the width and height before turning, and the display matrix, if any."""
        self._av, self._size, self._matrix = av, size, matrix
        self._memory = PictureMemory()
        self._made_for: tuple[int, int, str] | None = None
        self._graph: Any = None

    def picture(self, frame: Any) -> UInt8[np.ndarray, "height width 3"]:
        """Return a frame's picture."""
        kind = (frame.width, frame.height, frame.format.name)
        if kind != self._made_for:
            self._graph, self._made_for = self._graph_for(frame), kind
        self._graph.push(frame)
        plane = self._graph.pull().planes[0]
        width, height = self._size
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        image = rows[:height, : 3 * width].reshape(height, width, 3)
        return self._memory.copy(turn(image, self._matrix))

    def _graph_for(self, frame: Any) -> Any:
        """Return FFmpeg's filters, which keep the memory of what they make too."""
        graph = self._av.filter.Graph()
        width, height = self._size
        graph.link_nodes(
            graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
            ),
            graph.add("scale", f"{width}:{height}:flags=bilinear"),
            graph.add("format", "rgb24"),
            graph.add("buffersink"),
        ).configure()
        return graph
