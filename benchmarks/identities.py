"""Whether two people who cross, leave and come back keep their identities, printed as JSON.

    python benchmarks/identities.py FOLDER_OF_MOTION_CAPTURE > benchmarks/results/identities.json

Fifty scenes of sixteen seconds are made from motion capture that walks, each seen by one camera and marked with a
detector's noise; who is behind somebody else is marked badly or not at all. Identity F1 (Ristani et al., ECCV 2016):
people are paired with tracks so that most detections agree, and what agrees is counted. The plain way, which gives a
detection to whoever was seen nearest last, is measured on the same scenes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from identity_scenes import FPS, IMAGE_SIZE, Scene, make_scene, walks_of
from kinelift.body import COCO_17
from kinelift.datasets.mocap import load_mocap
from kinelift.detection import Detection
from kinelift.tracking.assignment import cheapest_pairs
from kinelift.tracking.people import PeopleTracker

SCENES, SECONDS = 50, 16.0
NEAR_PX = 200.0
"""Of the plain way: what is farther away is somebody new."""


def tracked(scene: Scene) -> list[list[int | None]]:
    """Return who each detection is."""
    tracker = PeopleTracker(COCO_17, FPS, IMAGE_SIZE)
    tracklets = [tracker.follow(index, found) for index, found in enumerate(scene.detections)]
    who = tracker.finish()
    return [[None if number is None else who[number] for number in found] for found in tracklets]


def nearest(scene: Scene) -> list[list[int | None]]:
    """Give each detection to whoever was seen nearest last."""
    last: dict[int, np.ndarray] = {}

    def one(found: list[Detection]) -> list[int | None]:
        ids: list[int | None] = []
        for detection in found:
            middle = np.nanmean(detection.points_px, axis=0)
            free = {id: np.linalg.norm(place - middle) for id, place in last.items() if id not in ids}
            id = min(free, key=lambda each: free[each], default=len(last))
            if free.get(id, 0.0) > NEAR_PX:
                id = len(last)
            last[id] = middle
            ids.append(id)
        return ids

    return [one(found) for found in scene.detections]


def identity_f1(scene: Scene, ids: list[list[int | None]]) -> float:
    """Return how many detections are of the track that their person is paired with, as F1."""
    pairs = [
        (person, id)
        for whose, found in zip(scene.people, ids, strict=True)
        for person, id in zip(whose, found, strict=True)
    ]
    tracks = sorted({id for _, id in pairs if id is not None})
    agree = np.array([[sum(pair == (person, id) for pair in pairs) for id in tracks] for person in (0, 1)])
    right = sum(int(agree[pair]) for pair in cheapest_pairs(-agree.astype(float)))
    said = sum(id is not None for _, id in pairs)
    return 2.0 * right / (len(pairs) + said)


def measured(
    scenes: list[Scene], track: Callable[[Scene], list[list[int | None]]]
) -> dict[str, float | list[float]]:
    """Measure one way on all scenes."""
    each = [identity_f1(scene, track(scene)) for scene in scenes]
    drawn = np.random.default_rng(0).integers(0, len(each), (2000, len(each)))
    low, high = np.percentile(np.array(each)[drawn].mean(1), (2.5, 97.5))
    return {
        "identity_f1": float(np.mean(each)),
        "low": float(low),
        "high": float(high),
        "worst": float(np.min(each)),
        "scenes": [round(value, 4) for value in each],
    }


def main() -> None:
    """Make the scenes and measure both ways."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    walks = walks_of(load_mocap(arguments.folder))
    scenes = [make_scene(walks, SECONDS, np.random.default_rng(number)) for number in range(SCENES)]
    people = sum(len(whose) for scene in scenes for whose in scene.people)
    json.dump(
        {
            "scenes": SCENES,
            "walks": len(walks),
            "detections": people,
            "tracked": measured(scenes, tracked),
            "nearest": measured(scenes, nearest),
        },
        sys.stdout,
        indent=1,
    )
    print()


if __name__ == "__main__":
    main()
