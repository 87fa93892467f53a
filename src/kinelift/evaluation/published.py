"""What the paper's tables say, as data: Pavllo et al., CVPR 2019, tables 1 and 2."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class System:
    """A row of a table."""

    name: str
    temporal: bool
    """It sees more than one frame."""
    ground_truth_boxes: bool
    extra_data: bool
    actions_mm: tuple[float, ...]
    average_mm: float
    """As printed, which for a few rows is not the mean of the actions."""

    @property
    def label(self) -> str:
        """The name with the paper's marks: dagger, asterisk, plus."""
        return self.name + " †" * self.temporal + " *" * self.ground_truth_boxes + " +" * self.extra_data


@dataclass(frozen=True)
class Published:
    """The paper's tables."""

    source: str
    protocol: str
    actions: tuple[str, ...]
    systems: Mapping[str, tuple[System, ...]]
    """By measure: "P1", "P2" and "MPJVE"."""


@cache
def published() -> Published:
    """Read the tables that ship beside this file."""
    data = json.loads(resources.files("kinelift.evaluation").joinpath("published.json").read_text("utf-8"))
    return Published(
        data["source"],
        data["protocol"],
        tuple(data["actions"]),
        {
            key.upper(): tuple(
                System(
                    row["system"], row["temporal"], row["ground_truth_boxes"], row["extra_data"],
                    tuple(row["actions_mm"]), row["average_mm"],
                )
                for row in data[key]
            )
            for key in ("p1", "p2", "mpjve")
        },
    )  # fmt: skip
