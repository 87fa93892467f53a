"""What a lifter's .onnx file says of itself; the seam between training and using."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from typing import Any, Literal

from kinelift.body.skeleton import Skeleton

NormalisationName = Literal["rays", "width"]


@dataclass(frozen=True)
class ModelFacts:
    """Facts that travel in the metadata of a lifter's .onnx file; code reads these, never file names."""

    name: str
    input_skeleton: Skeleton
    """Keypoints the network reads; absent ones are masked."""
    output_skeleton: Skeleton
    """Joints it answers with; joint 0 is the root."""
    fps: float | None
    """Frame rate it was trained at; None takes every clip at its own rate."""
    receptive_field: int
    """Frames behind one answer."""
    look_ahead: int
    """Frames of those that lie after the frame answered for."""
    normalisation: NormalisationName
    weights_sha256: str
    """Checksum of the weights, in the order the graph holds them."""
    mirrors_itself: bool = False
    """Whether it answers a mirrored body with the mirrored answer, so that averaging the two changes nothing."""
    error_calibration: tuple[float, float] = (1.0, 1.0)
    """Scale and power by which an expected error is told: scale * answered ** power, in metres."""
    card: Mapping[str, Any] = field(default_factory=dict)
    """Provenance: data, licence, split, recipe, seed, figures, the command that made it. May be empty."""

    def __post_init__(self) -> None:
        if not 0 <= self.look_ahead < self.receptive_field:
            raise ValueError(
                f"look_ahead: 0 to {self.receptive_field - 1} frames expected for a receptive field of "
                f"{self.receptive_field}, got {self.look_ahead}."
            )

    @property
    def past(self) -> int:
        """Frames of the receptive field that lie before the frame answered for."""
        return self.receptive_field - 1 - self.look_ahead

    def to_metadata(self) -> dict[str, str]:
        """Write each fact as JSON under its own key."""
        return {name: json.dumps(value) for name, value in asdict(self).items()}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str], source: str) -> ModelFacts:
        """Read facts back; ValueError naming `source` and what is missing where they are not ours.

        Facts with a default may be absent, as they are from files written before there were such facts.
        """
        present = [f.name for f in fields(cls) if f.name in metadata]
        missing = [f.name for f in fields(cls) if f.name not in metadata and _is_needed(f)]
        if missing:
            raise ValueError(
                f"{source} does not say its {', '.join(missing)}: it is no lifter made by `kinelift export`."
            )
        try:
            values = {name: json.loads(metadata[name]) for name in present}
            for name in ("input_skeleton", "output_skeleton"):
                spelt = values[name]
                values[name] = Skeleton(spelt["name"], tuple(spelt["names"]), tuple(spelt["parents"]))
            if "error_calibration" in values:
                scale, power = values["error_calibration"]
                values["error_calibration"] = float(scale), float(power)
            facts = cls(**values)
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{source}: its facts cannot be read ({error}).") from error
        return facts


def _is_needed(fact: Field[Any]) -> bool:
    return fact.default is MISSING and fact.default_factory is MISSING
