"""Those who are known to be somebody else."""

from __future__ import annotations

from kinelift.tracking.place import Place

REMEMBERED_SECONDS = 1.0


class Bystanders:
    """Where other people were when he was looked for in vain."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._seen: list[tuple[int, Place]] = []

    def include(self, place: Place, index: int) -> bool:
        """Tell whether a body in frame `index` is one of them, having moved no faster than people do."""
        return any(
            other.distance_in_radii(place) < 0.4 + 2.0 * (index - seen) / self._fps
            for seen, other in self._seen
        )

    def note(self, places: list[Place], index: int) -> None:
        """Remember those seen in frame `index`; the ones seen before are kept for a second."""
        kept = [
            (seen, other)
            for seen, other in self._seen
            if index - seen <= REMEMBERED_SECONDS * self._fps
            and all(other.distance_in_radii(place) >= 1.0 for place in places)
        ]
        self._seen = kept + [(index, place) for place in places]

    def forget(self) -> None:
        """Start anew, now that he is found."""
        self._seen = []
