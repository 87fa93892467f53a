"""What the paper's tables say, as data: Pavllo et al., CVPR 2019, tables 1 to 5 and figure 5."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_MARKS = {"temporal": "†", "ground_truth_boxes": "*", "extra_data": "+"}
MARKS_EXPLAINED = "† sees more than one frame, * ground-truth boxes, + extra data"


@dataclass(frozen=True)
class Row:
    """A system of a table."""

    system: str
    marks: tuple[str, ...]
    """Of "temporal", "ground_truth_boxes" and "extra_data"."""
    values: tuple[float | None, ...]
    """One a column; None where nothing is printed. A printed average is not always the mean of its row."""
    quoted: str = ""
    """Where the figures are from, if not from the paper itself."""

    @property
    def label(self) -> str:
        """The name with the paper's marks, and where the figures are from."""
        marks = "".join(f" {_MARKS[mark]}" for mark in self.marks)
        return self.system + marks + (f" ({self.quoted})" if self.quoted else "")


@dataclass(frozen=True)
class Table:
    """A table of the paper, or a figure's numbers."""

    key: str
    title: str
    data_set: str
    subjects: tuple[str, ...]
    """Who was tested."""
    actions: tuple[str, ...]
    """In what, where the columns have an average; else empty."""
    measure: str
    """The key of what the columns are measured in."""
    protocol: str
    columns: tuple[str, ...]
    """Actions, subjects with an action, "average", sizes of a network, or what was labelled."""
    rows: tuple[Row, ...]
    mirror: bool | None = None
    """Whether every row was averaged with the mirrored body; None where rows differ or the protocol says."""
    keypoints: str | None = None
    """The detections every row read, as the files name them; None where rows differ."""


@dataclass(frozen=True)
class Published:
    """The paper's tables."""

    source: str
    tables: tuple[Table, ...]


@cache
def published() -> Published:
    """Read the tables that ship beside this file."""
    data = json.loads(resources.files("kinelift.evaluation").joinpath("published.json").read_text("utf-8"))
    return Published(data["source"], tuple(map(_table, data["tables"])))


def _table(values: dict[str, Any]) -> Table:
    rows = tuple(Row(**_frozen(row)) for row in values["rows"])
    return Table(**{**_frozen(values), "rows": rows})


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
