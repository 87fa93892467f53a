"""view.html: style, three.js, the page's scripts and the recording in one file."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

from kinelift.body import Motion, Recording
from kinelift.body.rows import MotionRows, RecordingRows
from kinelift.viewer.packing import Packed
from kinelift.viewer.payload import motion_payload, recording_payload
from kinelift.whole_files import replacing

SCRIPTS = (
    "recording.js", "theme.js", "floor.js", "body.js", "space.js",
    "image.js", "strip.js", "player.js", "main.js",
)  # fmt: skip
"""The page's own scripts in the order they build on each other."""


def write_view(
    recording: Recording | RecordingRows | Motion, path: str | os.PathLike[str], *, title: str = "kinelift"
) -> None:
    """Write a page that shows people moving on a floor, their keypoints beside them and the error below.

    A Recording stands in its world_from_camera; a bare Motion has no keypoints and (x, -y, -z) for a world.
    Where neither gravity nor floor is known, the floor lies at the lowest foot.
    """
    match recording:
        case Motion():
            payload = motion_payload(MotionRows.of(recording))
        case Recording():
            payload = recording_payload(RecordingRows.of(recording))
        case RecordingRows():
            payload = recording_payload(recording)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_page(payload, title))


def _page(payload: dict[str, Any], title: str) -> Iterator[str]:
    """Yield the page's HTML. Names in the payload are data, never markup."""
    texts = {
        "title": html.escape(title),
        "style": _asset("page.css"),
        "three": _asset("three.bundle.js"),
        "page": "\n".join(map(_asset, SCRIPTS)),
    }
    for number, piece in enumerate(re.split(r"\{\{(\w+)\}\}", _asset("page.html"))):
        if number % 2 == 0:
            yield piece
        elif piece == "recording":
            yield from _json_in_script(payload)
        else:
            yield texts[piece]


def _asset(name: str) -> str:
    return resources.files("kinelift.viewer").joinpath("page", name).read_text("utf-8")


def _json_in_script(value: Any) -> Iterator[str]:
    """Yield JSON without the signs that could end or comment out the script element it stands in."""
    match value:
        case Packed():
            yield '"'
            yield from value.pieces()
            yield '"'
        case dict():
            for number, (name, each) in enumerate(value.items()):
                yield ("," if number else "{") + _scalar_in_script(name) + ":"
                yield from _json_in_script(each)
            yield "}" if value else "{}"
        case list():
            yield "["
            for number, each in enumerate(value):
                yield "," if number else ""
                yield from _json_in_script(each)
            yield "]"
        case _:
            yield _scalar_in_script(value)


def _scalar_in_script(value: str | float | bool | None) -> str:
    text = json.dumps(value, allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
