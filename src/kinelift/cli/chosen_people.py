"""Whom --person and --people mean: in a video by how people stand out, in a file of keypoints by an id."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kinelift.cli.options import ClipOptions, Lifting

if TYPE_CHECKING:
    from kinelift.tracking.choice import Whom


def chosen_in_video(lifting: Lifting) -> tuple[int, Whom]:
    """Return how many people of a video to lift, and who comes first."""
    people, person = lifting.road.people, lifting.clip.person
    return (1 if people is None else people), ("prominent" if person is None else person)


def chosen_in_keypoints(lifting: Lifting, source: Path) -> int | None:
    """Return the id of the only person to lift, None for everybody; ValueError where it was said as of a video."""
    if lifting.road.people is not None:
        raise ValueError(f"{source}: --people is for videos; of keypoints everybody is lifted. Leave it out.")
    return chosen_id(lifting.clip, source)


def chosen_id(clip: ClipOptions, source: Path) -> int | None:
    """Return the id that --person names, None without it; ValueError where it was said as of a video."""
    if isinstance(clip.person, str):
        raise ValueError(
            f"{source}: --person {clip.person} is for videos; of keypoints an id chooses, and everybody is taken "
            "without one."
        )
    return clip.person
