"""Views of a prepared data set that are chosen by subject and action."""

from __future__ import annotations

from collections.abc import Sequence

from kinelift.datasets.recorded import RecordedView
from kinelift.datasets.recorded_store import PreparedSet


def chosen_views(
    prepared: PreparedSet, *, subjects: Sequence[str], actions: Sequence[str] | None = None
) -> list[RecordedView]:
    """Return every view of these subjects, none of which has been read; actions by prefix."""
    views = list(prepared)
    present = dict.fromkeys(view.subject for view in views)
    for subject in subjects:
        if subject not in present:
            raise ValueError(f"{prepared.folder}: no subject {subject!r}; choose from {', '.join(present)}.")
    chosen = [
        view
        for subject in subjects
        for view in views
        if view.subject == subject and (actions is None or view.action.startswith(tuple(actions)))
    ]
    if not chosen:
        names = dict.fromkeys(view.action.split(" ")[0] for view in views if view.subject in subjects)
        raise ValueError(
            f"{prepared.folder}: no recording of {', '.join(subjects)} begins with {', '.join(actions or ())}; "
            f"they are {', '.join(names)}."
        )
    return chosen
