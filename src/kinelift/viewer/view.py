"""view.html: style, three.js, the page's scripts and the recording in one file."""

from __future__ import annotations

import html
import json
import os
import re
from importlib import resources
from typing import Any

from kinelift.body import Motion, Recording
from kinelift.viewer.payload import motion_payload, recording_payload
from kinelift.whole_files import write_whole

SCRIPTS = (
    "recording.js", "theme.js", "floor.js", "body.js", "space.js",
    "image.js", "strip.js", "player.js", "main.js",
)  # fmt: skip
"""The page's own scripts in the order they build on each other."""


def write_view(
    recording: Recording | Motion, path: str | os.PathLike[str], *, title: str = "kinelift"
) -> None:
    """Write a page that shows people moving on a floor, their keypoints beside them and the error below.

    A Recording stands in its world_from_camera; a bare Motion has no keypoints and (x, -y, -z) for a world.
    Where neither gravity nor floor is known, the floor lies at the lowest foot.
    """
    payload = recording_payload(recording) if isinstance(recording, Recording) else motion_payload(recording)
    page = view_page(payload, title)
    write_whole(path, page)


def view_page(payload: dict[str, Any], title: str) -> str:
    """Return the page's HTML. Names in the payload are data, never markup."""
    parts = {
        "title": html.escape(title),
        "style": _asset("page.css"),
        "recording": _json_in_script(payload),
        "three": _asset("three.bundle.js"),
        "page": "\n".join(map(_asset, SCRIPTS)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], _asset("page.html"))


def _asset(name: str) -> str:
    return resources.files("kinelift.viewer").joinpath("page", name).read_text("utf-8")


def _json_in_script(value: dict[str, Any]) -> str:
    """Return JSON without the signs that could end or comment out the script element it stands in."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
