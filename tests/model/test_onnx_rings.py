"""Blocks that are multiplied ahead, spread over the frames."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from kinelift.model import TemporalConfig, causal
from kinelift.model.onnx_rings import Blocks, stagger
from kinelift.model.to_onnx import LONGEST_BLOCK, blocks_ahead


def begun(blocks: list[Blocks], frames: int) -> list[int]:
    """Count the blocks that begin at each frame."""
    return [sum((frame - each.first) % each.length == 0 for each in blocks) for frame in range(frames)]


@given(st.lists(st.integers(2, LONGEST_BLOCK), max_size=5))
def test_blocks_keep_their_lengths_and_begin_within_their_first(lengths: list[int]):
    blocks = stagger(lengths)
    assert [each.length for each in blocks] == lengths
    assert all(0 <= each.first < each.length for each in blocks)


@given(st.lists(st.integers(2, LONGEST_BLOCK), min_size=1, max_size=4))
def test_no_frame_begins_more_blocks_than_if_all_began_together(lengths: list[int]):
    together, frames = [Blocks(length, 0) for length in lengths], 2 * math.lcm(*lengths)
    assert max(begun(stagger(lengths), frames)) <= max(begun(together, frames))


def test_every_third_frame_of_the_paper_s_network_begins_blocks_of_two_layers():
    widths = (3, 3, 3, 3, 3)
    blocks = blocks_ahead(TemporalConfig(filter_widths=widths, future_taps=causal(widths)))
    assert list(blocks) == [1, 2, 3, 4]
    assert begun([*blocks.values()], 81) == [2, 0, 0] * 27
