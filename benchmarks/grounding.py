"""Gravity, floor, contacts and feet on the development set, the camera's pose withheld; printed as JSON.

    python benchmarks/grounding.py development.npz FOLDER_OF_MOTION_CAPTURE

Noisy keypoints, lenses given, poses and heights not. Gravity's error is the angle between the up that was found and
the motion capture's; the floor's, how much higher the ankles stand over it than they truly do, on average over a
clip, with the true height given. Live is the up that a GroundStream tells at a clip's end of the causal lifter's
poses. Contacts are told of each foot and frame. A standing foot's sliding is the speed of its slower end, toe or
heel, and of its ankle, in frames in which the motion capture has the foot on the floor. P1 and path lengths are with
feet held over without; lengths as the sum over clips and as the mean of their ratios, and, summed, over the truth's.
"standing" is of clips that stand or walk throughout. The baseline, in the same run, is the camera taken to be level
and feet as lifted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import kinelift as kl
from development_set import Clip, read_clips
from kinelift.body.rows import KeypointRows
from kinelift.datasets.mocap import HELD_OUT_SUBJECTS, load_asf_amc_zip
from kinelift.evaluation.metrics import mpjpe
from kinelift.passes import MemoryScratch, lift_rows
from kinelift.placing.contacts import FOOT_POINTS
from kinelift.placing.ground import find_ground
from mocap_truth import FPS, Truth, truth_of

LEVEL = np.array([0.0, -1.0, 0.0])


def measure(clip: Clip, truth: Truth, names: list[str], model: str) -> dict[str, float | np.ndarray]:
    """Lift a clip with feet held and without, and with the true height, and compare."""
    held, free = (
        lift_rows(
            KeypointRows.of(clip.keypoints["noisy"]),
            MemoryScratch(),
            camera=clip.camera,
            model=model,
            lock_feet=lock,
        )
        for lock in (True, False)
    )
    motion, loose = held.person.motion[:], free.person.motion[:]
    assert held.stance is not None
    assert held.standing is not None
    ground = find_ground([held.stance])
    assert ground is not None
    found = held.standing[:].reshape(len(motion), 2, 2).any(-1)
    sliding = [_sliding(each, truth.contacts) for each in (motion, loose)]
    return {
        "gravity_degrees": _degrees(ground.up, truth.up),
        "gravity_expected_degrees": ground.known.gravity_error_degrees,
        "live_degrees": _degrees(_live_up(clip), truth.up),
        "level_degrees": _degrees(LEVEL, truth.up),
        "floor_cm": 100.0 * _floor_error(clip, truth, model),
        "both": float((found & truth.contacts).sum()),
        "found": float(found.sum()),
        "true": float(truth.contacts.sum()),
        "sliding": sliding[0],
        "sliding_free": sliding[1],
        "p1_mm": _p1(motion, clip, names),
        "p1_free_mm": _p1(loose, clip, names),
        "path_m": _path(motion.root),
        "path_free_m": _path(loose.root),
        "path_true_m": _path(
            clip.truth[:, [names.index(f"{side}_hip") for side in ("left", "right")]].mean(1)
        ),
    }


def _degrees(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(first @ second, -1.0, 1.0))))


def _live_up(clip: Clip) -> np.ndarray:
    """Lift a clip frame by frame and return the up that is known at its end."""
    keypoints = clip.keypoints["noisy"]
    lifter = kl.LiftStream(
        "causal",
        fps=keypoints.fps,
        image_size=keypoints.image_size,
        skeleton=keypoints.skeleton,
        camera=clip.camera,
    )
    stream = kl.GroundStream(lifter.skeleton, fps=keypoints.fps)
    for points_px, scores in zip(keypoints.points_px, keypoints.scores, strict=True):
        pose = lifter.push(points_px, scores)
        if pose is not None:
            stream.push(pose, lifter.observed)
    ground = stream.find()
    assert ground is not None
    return ground.up


def _floor_error(clip: Clip, truth: Truth, model: str) -> float:
    """Return how much higher the ankles stand over the floor that is found than over the true one, metres."""
    lifted = lift_rows(
        KeypointRows.of(clip.keypoints["noisy"]),
        MemoryScratch(),
        camera=clip.camera,
        height=clip.height,
        model=model,
    )
    assert lifted.stance is not None
    ground = find_ground([lifted.stance])
    assert ground is not None
    motion = lifted.person.motion[:]
    ankles = [motion.skeleton.index(f"{side}_ankle") for side in ("left", "right")]
    return float(np.mean(motion.joints[:, ankles].mean(1) @ ground.up - ground.floor_m - truth.ankles_m))


def _sliding(motion: kl.Motion, contacts: np.ndarray) -> np.ndarray:
    """Return (step, 2): speeds of the slower end and of the ankle of feet that stand, cm a second."""
    speeds = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1) * 100.0 * FPS
    ends = speeds[:, [motion.skeleton.index(name) for name in FOOT_POINTS]].reshape(-1, 2, 2).min(-1)
    ankles = speeds[:, [motion.skeleton.index(f"{side}_ankle") for side in ("left", "right")]]
    standing = contacts[1:] & contacts[:-1]
    return np.stack((ends[standing], ankles[standing]), axis=-1)


def _p1(motion: kl.Motion, clip: Clip, names: list[str]) -> float:
    lifted = motion.joints[:, [motion.skeleton.index(name) for name in names]].astype(float)
    hips = [names.index("left_hip"), names.index("right_hip")]
    lifted, truth = (joints - joints[:, hips].mean(1, keepdims=True) for joints in (lifted, clip.truth))
    return 1000.0 * float(mpjpe(lifted, truth))


def _path(root: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(root.astype(float), axis=0), axis=-1).sum())


def summary(measured: list[dict[str, float | np.ndarray]]) -> dict[str, object]:
    """Sum up some clips."""

    def each(name: str) -> np.ndarray:
        return np.array([clip[name] for clip in measured], float)

    both, found, true = (each(name).sum() for name in ("both", "found", "true"))
    slides, free = (np.concatenate([clip[name] for clip in measured]) for name in ("sliding", "sliding_free"))
    floor, paths = each("floor_cm"), each("path_m") / each("path_free_m")
    return {
        "clips": len(measured),
        "gravity_degrees": {
            "median": float(np.median(each("gravity_degrees"))),
            "mean": float(each("gravity_degrees").mean()),
            "expected": float(each("gravity_expected_degrees").mean()),
            "live_median": float(np.median(each("live_degrees"))),
            "level_camera_median": float(np.median(each("level_degrees"))),
        },
        "floor_cm": {"median": float(np.nanmedian(np.abs(floor))), "bias": float(np.nanmean(floor))},
        "contacts": {
            "f1": float(2.0 * both / (found + true)),
            "precision": float(both / found),
            "recall": float(both / true),
        },
        "sliding_cm_per_second": {
            "toe_or_heel": float(np.median(slides[:, 0])),
            "ankle": float(np.median(slides[:, 1])),
            "toe_or_heel_as_lifted": float(np.median(free[:, 0])),
            "ankle_as_lifted": float(np.median(free[:, 1])),
        },
        "p1_change_percent": float(100.0 * (each("p1_mm").mean() / each("p1_free_mm").mean() - 1.0)),
        "path_change_percent": {
            "sum": float(100.0 * (each("path_m").sum() / each("path_free_m").sum() - 1.0)),
            "mean": float(100.0 * (paths.mean() - 1.0)),
        },
        "path_over_truth": {
            "held": float(each("path_m").sum() / each("path_true_m").sum()),
            "as_lifted": float(each("path_free_m").sum() / each("path_true_m").sum()),
        },
    }


def main() -> None:
    """Measure all clips."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("mocap", type=Path)
    parser.add_argument("--model", default="default_float32")
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    # As they were captured: what training leaves out of a trial for its flaws is in the set.
    subjects = (*HELD_OUT_SUBJECTS, "14")
    trials = {
        trial.trial: trial
        for subject in subjects
        for trial in load_asf_amc_zip(arguments.mocap / f"cmu_{subject}.zip")
    }
    truths = [truth_of(clip, names, trials[clip.trial]) for clip in clips]
    measured = [
        measure(clip, truth, names, arguments.model) for clip, truth in zip(clips, truths, strict=True)
    ]
    standing = [each for each, truth in zip(measured, truths, strict=True) if truth.stands]
    json.dump({"all": summary(measured), "standing": summary(standing)}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
