"""The one graph that lifts live, in chunks and whole: (x, states) -> (y, states), for any number of frames.

A frame at a time, a network costs what it takes to read its weights, so they are read as seldom as may be.
A layer's newest tap must wait for the frame itself; its earlier taps are `dilation` frames old by then, so they
are multiplied ahead for a block of frames at once. With widths 3,3,3,3,3 a frame then reads a little more than
half of the weights, and every third frame, at which blocks begin, half as many again.

    x -+-> history ring -+-- earlier taps of coming blocks -- earlier filter --> ahead ring --+
       |                 +-- the present frame, where that is not the newest -----------------|-----+
       +-- newest filter -------------------------------------------------------------------- Add   |
                                                                                               |    |
                                                         x of the next layer <-- filter over channels + Add
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kinelift.model.folded_filters import FoldedFilter, fold, folded_shrink
from kinelift.model.onnx_graph import OnnxGraph, write_model
from kinelift.model.onnx_head import lay_answer
from kinelift.model.onnx_rings import Blocks, Clock, read_ring, stagger, write_ring
from kinelift.model.temporal_config import TemporalConfig
from kinelift.model.temporal_layers import FilterLayer, ResidualBlock, TemporalLayers

LONGEST_BLOCK = 9
"""Frames multiplied ahead at once, at most: longer blocks save little and make some frames slower than others."""


def to_onnx(model: TemporalLayers, facts: Mapping[str, str], path: str | os.PathLike[str]) -> None:
    """Write the network as one .onnx file that carries `facts` as metadata.

    Inputs: `x` (batch, time, input_features), joint after joint and then the extra features; `clock` (1,), the
    frames of all earlier runs; and the states (batch, time + k, channels), whose length sets the longest run they
    can serve. Clock and states begin as zeros and come back as `<name>_out`, which may be bound to the same
    buffer. Output `y` (batch, time, joint, number) is as long as `x`: its frame t is the pose of input frame
    t - look_ahead, and the first receptive_field - 1 frames after a start are not poses yet.
    """
    graph = OnnxGraph()
    config = model.config
    hidden = graph.input("x", "batch", "time", config.input_features)
    clock = Clock(graph, hidden, blocks_ahead(config))
    hidden, _ = _filter_over_time(graph, clock, config, 0, hidden, model.expand)
    for layer, block in enumerate(model.blocks, start=1):
        assert isinstance(block, ResidualBlock)
        filtered, present = _filter_over_time(graph, clock, config, layer, hidden, block.over_time)
        filtered = _affine(graph, f"layer_{layer}_over_channels", filtered, fold(block.over_channels))
        filtered = graph.node("Relu", [filtered], f"layer_{layer}_filtered")
        hidden = graph.node("Add", [present, filtered], f"layer_{layer}")
    lay_answer(graph, clock, config, _affine(graph, "shrink", hidden, folded_shrink(model)))
    write_model(graph.model("kinelift_temporal", facts), Path(path))


def blocks_ahead(config: TemporalConfig) -> dict[int, Blocks]:
    """Choose the blocks of frames that a layer's earlier taps are multiplied ahead for, where there are any."""
    lengths: dict[int, int] = {}
    for layer, (reach, offsets) in enumerate(zip(config.reaches, config.tap_offsets, strict=True)):
        latest_but_one = reach - offsets[-2] if len(offsets) > 1 else 0
        if latest_but_one > 1:
            lengths[layer] = min(latest_but_one, LONGEST_BLOCK)
    return dict(zip(lengths, stagger([*lengths.values()]), strict=True))


def _filter_over_time(
    graph: OnnxGraph, clock: Clock, config: TemporalConfig, layer: int, frames: str, filters: FilterLayer
) -> tuple[str, str]:
    """Lay a layer's filter over time; return its output and its input at the present tap."""
    name, folded = f"layer_{layer}_over_time", fold(filters)
    reach, channels = config.reaches[layer], filters.weight.shape[2]
    *earlier, _ = delays = [reach - offset for offset in config.tap_offsets[layer]]
    if not earlier:
        return graph.node("Relu", [_affine(graph, name, frames, folded)], f"{name}_relu"), frames
    now = clock.now()
    history = write_ring(graph, f"state_{layer}_history", reach, channels, now, frames)
    blocks = blocks_ahead(config).get(layer)
    if blocks is None:
        filtered = _affine(graph, name, read_ring(graph, history, now, delays), folded)
    else:
        early, newest = folded.split(len(earlier) * channels)
        coming = clock.ahead(layer)
        sums = _affine(graph, f"{name}_earlier", read_ring(graph, history, coming, earlier), early)
        ahead = write_ring(graph, f"state_{layer}_ahead", blocks.length - 1, config.channels, coming, sums)
        matrix = graph.weight(f"{name}_newest_matrix", newest)
        filtered = graph.node("MatMul", [frames, matrix], f"{name}_newest")
        filtered = graph.node("Add", [filtered, read_ring(graph, ahead, now, [0])], name)
    delay = reach - config.pasts[layer]
    present = read_ring(graph, history, now, [delay]) if delay else frames
    return graph.node("Relu", [filtered], f"{name}_relu"), present


def _affine(graph: OnnxGraph, name: str, rows: str, folded: FoldedFilter) -> str:
    """Lay one matrix product and its bias."""
    matrix = graph.weight(f"{name}_matrix", folded.matrix)
    bias = graph.weight(f"{name}_bias", folded.bias)
    return graph.node("Add", [graph.node("MatMul", [rows, matrix], f"{name}_product"), bias], name)
