"""Who was seen in each frame, as detectors write it, and which row each frame is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.interop.keypoint_source import Source

MOST_GAPS = 10
"""Frames that may be missing for each that is there; more, and the pictures are no video's."""

_SUFFIX = re.compile(r"\.[A-Za-z]\w*$")
_LAST_NUMBER = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Detection:
    """One person in one frame."""

    points: Float[np.ndarray, "joint 2"]
    """Pixels, or shares of the image where the format writes those; not finite where nothing was seen."""
    scores: Float[np.ndarray, " joint"]
    """As the detector gives them; 0 where nothing was seen."""
    person: int | None = None
    """Who it is, where the file says so."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame."""

    name: str
    """A number, or the name of an image or a file that ends in one."""
    people: tuple[Detection, ...]


def detection(values: Any, where: str, person: Any = None) -> Detection:
    """Take the flat list x, y, score, x, y, score, ... that most detectors write."""
    array = floats(values, where)
    if array.ndim != 1 or len(array) % 3:
        raise ValueError(
            f"{where}: x, y and score of each keypoint in one list expected, got shape {array.shape}."
        )
    triples = array.reshape(-1, 3)
    return Detection(triples[:, :2], triples[:, 2], identity(person))


def floats(values: Any, where: str) -> np.ndarray:
    """Return lists of numbers as an array, null becoming NaN."""
    try:
        return np.array(values, np.float32)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{where}: lists of numbers of one length expected ({error}).") from error


def identity(value: Any) -> int | None:
    """Return a person's number, however it is wrapped; what is not one, or negative, says nothing."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return int(value) if isinstance(value, int | float) and value >= 0 else None


def frames_in(source: Source, of_document: Callable[[Any], Iterable[Frame]]) -> tuple[Frame, ...]:
    """Read the frames of one JSON file, or of a folder in which each file holds one frame and names it."""
    frames: list[Frame] = []
    for name, document in source.documents.items():
        try:
            found = list(of_document(document))
        except ValueError as error:
            where = source.path / f"{name}.json" if source.kind == "folder" else source.path
            raise ValueError(f"{where}: {error}") from error
        if source.kind == "folder" and len(found) > 1:
            raise ValueError(
                f"{source.path / name}.json: holds {len(found)} frames, and so does the folder hold several clips; "
                "name one file in it."
            )
        frames += [replace(frame, name=name) for frame in found] if source.kind == "folder" else found
        if source.kind == "folder" and not found:
            frames.append(Frame(name, ()))
    return tuple(frames)


def frame_rows(names: Sequence[str]) -> list[int]:
    """Return each frame's row: the numbers that names end in, counted from the lowest, else their order.

    What is not named is a gap.
    """
    split = [_LAST_NUMBER.match(_SUFFIX.sub("", name)) for name in names]
    if len(names) < 2 or not all(split):
        return list(range(len(names)))
    texts = sorted({(match[1], match[3]) for match in split if match})
    if len(texts) > 1:
        listed = ", ".join(f"{before}...{after}" for before, after in texts[:4])
        raise ValueError(f"frames of several videos ({listed}); keep one video's in a file or a folder.")
    numbers = [int(match[2]) for match in split if match]
    if len(set(numbers)) < len(numbers):
        raise ValueError("several frames have one number; keep one video's in a file or a folder.")
    first, last = min(numbers), max(numbers)
    if last - first > MOST_GAPS * len(numbers):
        raise ValueError(
            f"{len(numbers)} images numbered from {first} to {last} are photographs rather than a video's frames; "
            "keep only the frames of one video."
        )
    return [number - first for number in numbers]
