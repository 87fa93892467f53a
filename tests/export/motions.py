"""Clips that the tests of writers write, and what is read back from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kinelift.body import Motion, Recording
from tests.walking import walking_recording

TENTH_OF_MM = 1e-4


def two_walkers() -> Recording:
    """Return two people whose first frame is at 2 s of the source."""
    recording = walking_recording(people=2, frames=60)
    return replace(recording, times_seconds=recording.times_seconds + 2.0)


def in_world(recording: Recording) -> list[Motion]:
    """Return everybody's motion in the world."""
    return [person.motion.to_world(recording.world_from_camera) for person in recording.people]


def apart_m(read: np.ndarray, motion: Motion) -> float:
    """Return how far the joint that is read worst is from where it is, metres."""
    return float(np.linalg.norm(read - motion.joints, axis=-1).max())
