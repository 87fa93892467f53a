"""Whether lifters know how wrong they are: expected errors against true ones on the development set, printed as JSON.

    python benchmarks/expected_errors.py development.npz --model default

A frame's expected error is the mean over the twelve joints of the file's truth, in mm, and so is its true one, joints
relative to the middle of the hips. Over all observed frames of noisy and of harsh keypoints: Spearman's correlation
between the two, and the same of single joints of those frames; frames sorted into ten equal groups by what was
expected, with the mean of both in each. Scrambled are
noisy keypoints whose joints exchange their names: their expected error over that of the same frames unscrambled.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import kinelift as kl
from development_set import Clip, read_clips

GROUPS = 10


def told_and_true(clip: Clip, kind: str, model: str, names: list[str]) -> np.ndarray:
    """Return (frame, joint, 2): expected and true error in mm of each observed frame."""
    recording = lift_person(clip.keypoints[kind], clip.camera, model)
    motion, expected = recording.motion, recording.quality.expected_error_m
    rows = [motion.skeleton.index(name) for name in names]
    hips = [names.index("left_hip"), names.index("right_hip")]
    lifted, truth = (
        joints - joints[:, hips].mean(1, keepdims=True) for joints in (motion.joints[:, rows], clip.truth)
    )
    both = 1000.0 * np.stack([expected[:, rows], np.linalg.norm(lifted - truth, axis=-1)], -1)
    return both[np.isfinite(both).all((1, 2))]


def lift_person(keypoints: kl.Keypoints, camera: kl.Camera, model: str) -> kl.Person:
    """Lift with everything that is known of the quality."""
    from kinelift.pipeline import lift_person as lift

    return lift(keypoints, camera=camera, model=model, lock_feet=False)


def spearman(both: np.ndarray) -> float:
    """Return the correlation of ranks."""
    ranks = both.argsort(0).argsort(0).astype(float)
    return float(np.corrcoef(ranks.T)[0, 1])


def groups(both: np.ndarray) -> list[dict[str, float]]:
    """Return the means of ten equal groups, from the least to the most expected."""
    parts = np.array_split(both[both[:, 0].argsort()], GROUPS)
    return [
        {
            "expected_mm": float(part[:, 0].mean()),
            "true_mm": float(part[:, 1].mean()),
            "expected_over_true": float(part[:, 0].mean() / part[:, 1].mean()),
        }
        for part in parts
    ]


def scrambled_over_usual(clips: list[Clip], model: str) -> float:
    """Return the median expected error of scrambled keypoints over that of the same clips as they are."""
    order = np.random.default_rng(0).permutation(17)
    medians = {"usual": [], "scrambled": []}
    for clip in clips:
        usual = clip.keypoints["noisy"]
        scrambled = replace(usual, points_px=usual.points_px[:, order], scores=usual.scores[:, order])
        for name, keypoints in (("usual", usual), ("scrambled", scrambled)):
            try:
                expected = lift_person(keypoints, clip.camera, model).quality.expected_error_m
            except ValueError:  # nobody to lift: as plain a flag as can be
                continue
            medians[name].append(np.nanmedian(expected))
    return float(np.median(medians["scrambled"]) / np.median(medians["usual"]))


def main() -> None:
    """Measure each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", action="append", default=[])
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    measured = []
    for model in arguments.model or ["default_float32"]:
        entry: dict[str, object] = {"name": Path(model).stem}
        for kind in ("noisy", "harsh"):
            joints = np.concatenate([told_and_true(clip, kind, model, names) for clip in clips])
            frames = joints.mean(1)
            entry[kind] = {
                "frames": len(frames),
                "spearman": spearman(frames),
                "spearman_of_joints": spearman(joints.reshape(-1, 2)),
                "deciles": groups(frames),
            }
        entry["scrambled_over_usual"] = scrambled_over_usual(clips, model)
        measured.append(entry)
    json.dump({"models": measured}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
