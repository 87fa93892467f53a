"""--person and --people, of videos and of files of keypoints."""

from pathlib import Path
from types import ModuleType

import pytest

from kinelift.cli.chosen_people import chosen_id, chosen_in_keypoints, chosen_in_video
from kinelift.cli.options import ClipOptions, Lifting, RoadOptions
from tests.video.clips import write_clip

SOURCE = Path("walk.npz")


def said(person: int | str | None = None, people: int | None = None) -> Lifting:
    """Return what the command line makes of the two options."""
    return Lifting(clip=ClipOptions(person=person), road=RoadOptions(people=people))  # pyright: ignore[reportArgumentType]


def test_of_a_video_the_most_prominent_person_is_lifted_unless_others_are_asked_for() -> None:
    assert chosen_in_video(said()) == (1, "prominent")
    assert chosen_in_video(said("left", 2)) == (2, "left")
    assert chosen_in_video(said(3)) == (1, 3)


def test_of_keypoints_everybody_is_lifted_unless_an_id_is_said() -> None:
    assert chosen_in_keypoints(said(), SOURCE) is None
    assert chosen_in_keypoints(said(0), SOURCE) == 0
    assert chosen_id(ClipOptions(person=7), SOURCE) == 7


def test_what_is_said_as_of_a_video_is_refused_of_keypoints() -> None:
    with pytest.raises(ValueError, match="--people is for videos"):
        chosen_in_keypoints(said(people=1), SOURCE)
    with pytest.raises(ValueError, match="--person left is for videos"):
        chosen_in_keypoints(said("left"), SOURCE)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--person", 0), "person: counted from 1, the most prominent, got 0."),
        (("--people", 0), "people: 1 or more expected, got 0."),
    ],
)
def test_nobody_is_chosen_by_nought_of_a_video(
    kinelift, mediapipe: ModuleType, tmp_path: Path, options: tuple[object, ...], why: str
) -> None:
    pytest.importorskip("av", reason='reading video needs PyAV: pip install "kinelift[video]"')
    video = write_clip(tmp_path / "clip.mp4", [0, 40, 80])
    run = kinelift("lift", video, "-o", tmp_path / "out", *options)
    assert (run.code, why in run.err) == (1, True), run.err
