"""Which of the people in a picture are meant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from kinelift.body import Skeleton
from kinelift.detection import Detection
from kinelift.tracking.place import confidence, place_of

Trait = Literal["prominent", "largest", "left", "right", "central"]
Whom = Trait | int
"""By a trait, the most so first, or by the place in the order of prominence, from 1."""

FAINT = 0.1
"""Whose prominence is a smaller share of the most prominent one's is nobody's first choice: a shadow, a picture on a
wall."""
SHORTEST_SECONDS = 1.0
"""Beside the first, nobody counts who is in sight for less: a detector sees somebody in a bush now and then."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands out in the picture."""

    prominence: float
    """How large, central and sure, and how long in sight."""
    x_px: float
    """From the left."""
    radius_px: float
    off_center: float
    """Distance from the middle of the picture over that of its corners."""
    sights: int = 1
    """Pictures in which this was seen."""

    def joined(self, later: Standing) -> Standing:
        """Return how somebody stands out who was seen again: where, as at first."""
        return Standing(
            self.prominence + later.prominence,
            self.x_px,
            max(self.radius_px, later.radius_px),
            self.off_center,
            self.sights + later.sights,
        )


def standing_of(detection: Detection, skeleton: Skeleton, image_size: tuple[int, int]) -> Standing | None:
    """Tell how a body stands out in a picture; None where its place does not show."""
    place = place_of(detection, skeleton)
    if place is None:
        return None
    width, height = image_size
    off_center = math.hypot(place.x - width / 2, place.y - height / 2) / math.hypot(width / 2, height / 2)
    # A body's height counts up to the picture's: a face before the lens is no more prominent than a whole person.
    size = min(1.0, place.radius / (height / 2))
    prominence = confidence(detection, skeleton) * size * (1.0 - 0.5 * min(1.0, off_center))
    return Standing(prominence, place.x, place.radius, off_center)


Somebody = TypeVar("Somebody")


def checked_choice(whom: str | int, people: int) -> None:
    """Raise a ValueError unless somebody can be chosen so."""
    if not people >= 1:
        raise ValueError(f"people: 1 or more expected, got {people}.")
    if isinstance(whom, int):
        if whom < 1:
            raise ValueError(f"person: counted from 1, the most prominent, got {whom}.")
    elif whom not in get_args(Trait):
        raise ValueError(
            f"person: one of {', '.join(get_args(Trait))}, or a number in the order of prominence expected, "
            f"got {whom!r}."
        )


def in_order(everybody: Sequence[tuple[Somebody, Standing]], whom: Whom) -> list[Somebody]:
    """Return people in the order in which they are meant; ValueError where a number is greater than there are."""
    by_prominence = sorted(everybody, key=lambda each: -each[1].prominence)
    if isinstance(whom, int):
        if whom > len(by_prominence):
            raise ValueError(
                f"person {whom}: {len(by_prominence)} people are seen at the beginning. Choose from 1 to "
                f"{len(by_prominence)}, or by left, right, largest or central."
            )
        return [somebody for somebody, _ in by_prominence[whom - 1 :]]
    most = by_prominence[0][1].prominence if by_prominence else 0.0
    keys = {
        "prominent": lambda standing: -standing.prominence,
        "largest": lambda standing: -standing.radius_px,
        "left": lambda standing: standing.x_px,
        "right": lambda standing: -standing.x_px,
        "central": lambda standing: standing.off_center,
    }
    key = keys[whom]
    ranked = sorted(by_prominence, key=lambda each: (each[1].prominence < FAINT * most, key(each[1])))
    return [somebody for somebody, _ in ranked]
