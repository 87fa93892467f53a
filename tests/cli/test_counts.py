"""Counts in words."""

from kinelift.cli.counts import counted


def test_one_thing_has_no_plural_and_any_other_number_has():
    assert [counted(number, "frame") for number in (0, 1, 2)] == ["0 frames", "1 frame", "2 frames"]
