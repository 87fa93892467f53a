"""Accuracy of lifters on the development set, printed as JSON.

    python benchmarks/development_set.py development.npz --model default_float32 --model runs/one-frame/one-frame.onnx

The file holds clips of motion no shipped model was trained on, seen by virtual cameras: per clip clean, noisy and
harsh COCO-17 keypoints, the camera, and twelve joints in the camera's frame. Cameras are given, heights are not,
answers are mirror-averaged, feet not held: the lifter alone is measured. Errors are taken over the twelve joints
relative to the middle of the hips, averaged over a clip's frames and then over clips: P1 mean distance, P2 after
similarity alignment, P3 after scaling, all in mm; velocity in mm a frame at 30 fps. Intervals are 95 %, by bootstrap
over clips.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import kinelift as kl
from kinelift.evaluation.metrics import mpjpe, mpjve, n_mpjpe, p_mpjpe
from kinelift.lifting import load_network
from kinelift.weights import find_model

KINDS = ("clean", "noisy", "harsh")
MEASURES = {"P1": mpjpe, "P2": p_mpjpe, "P3": n_mpjpe, "velocity": mpjve}
RESAMPLES = 2000


@dataclass(frozen=True)
class Clip:
    """One clip as the file holds it."""

    trial: str
    keypoints: dict[str, kl.Keypoints]
    camera: kl.Camera
    height: float
    truth: np.ndarray
    """(frame, joint, 3) metres, camera frame."""


def read_clips(path: Path) -> tuple[list[Clip], list[str]]:
    """Return the clips and the names of the joints in their truth."""
    with np.load(path) as file:
        names = [str(name) for name in file["truth_names"]]
        ids = sorted({key.split("/")[0] for key in file.files if "/" in key})
        return [_read_clip(file, clip, float(file["fps"])) for clip in ids], names


def _read_clip(file: Mapping[str, np.ndarray], clip: str, fps: float) -> Clip:
    width, height = (int(n) for n in file[f"{clip}/image_size"])
    keypoints = {}
    for kind in KINDS:
        points = file[f"{clip}/{kind}_px"]
        scores = np.ones(points.shape[:2]) if kind == "clean" else file[f"{clip}/{kind}_scores"].astype(float)
        keypoints[kind] = kl.Keypoints(points, scores, kl.COCO_17, fps, (width, height))
    return Clip(
        str(file[f"{clip}/trial"]),
        keypoints,
        kl.Camera.from_intrinsics(file[f"{clip}/intrinsics"], (width, height)),
        float(file[f"{clip}/height"]),
        file[f"{clip}/truth"].astype(float),
    )


def errors_of(clip: Clip, kind: str, model: str, names: list[str]) -> dict[str, float]:
    """Lift one clip and measure it, in mm."""
    motion = kl.lift(clip.keypoints[kind], camera=clip.camera, model=model, lock_feet=False)
    lifted = motion.joints[:, [motion.skeleton.index(name) for name in names]].astype(float)
    hips = [names.index("left_hip"), names.index("right_hip")]
    lifted, truth = (joints - joints[:, hips].mean(1, keepdims=True) for joints in (lifted, clip.truth))
    return {name: 1000.0 * float(measure(lifted, truth)) for name, measure in MEASURES.items()}


def with_interval(values: list[float]) -> dict[str, float]:
    """Return the mean over clips and its 95 % interval."""
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(np.array(values)[drawn].mean(1), [2.5, 97.5])
    return {"mean": float(np.mean(values)), "low": float(low), "high": float(high)}


def worst_clips(clips: list[Clip], errors: list[dict[str, float]]) -> list[dict[str, object]]:
    """Return the worst 5 % of clips by P1."""
    order = np.argsort([-error["P1"] for error in errors])[: max(round(0.05 * len(clips)), 1)]
    return [{"trial": clips[i].trial, **errors[i], "trunk_degrees": trunk_degrees(clips[i])} for i in order]


def trunk_degrees(clip: Clip) -> float:
    """Return the 95th percentile over frames of the angle between the trunk and the upright in the image."""
    points, names = clip.keypoints["clean"].points_px, kl.COCO_17.names
    middles = [
        points[:, [names.index(f"{side}_{joint}") for side in ("left", "right")]].mean(1)
        for joint in ("shoulder", "hip")
    ]
    up = middles[0] - middles[1]
    return float(np.percentile(np.degrees(np.arctan2(np.abs(up[:, 0]), -up[:, 1])), 95))


def main() -> None:
    """Measure each model on each kind of keypoints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", action="append", default=[])
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    measured = []
    for model in arguments.model or ["default_float32"]:
        facts = load_network(find_model(model)).facts
        entry: dict[str, object] = {
            "name": facts.name,
            "receptive_field": facts.receptive_field,
            "look_ahead": facts.look_ahead,
            "usual_trunk_degrees": float(np.median([trunk_degrees(clip) for clip in clips])),
        }
        for kind in KINDS:
            errors = [errors_of(clip, kind, model, names) for clip in clips]
            entry[kind] = known = {name: with_interval([e[name] for e in errors]) for name in MEASURES}
            entry[f"{kind}_worst"] = worst_clips(clips, errors)
            print(facts.name, kind, {n: round(v["mean"], 1) for n, v in known.items()}, file=sys.stderr)
        measured.append(entry)
    frames = sum(len(clip.truth) for clip in clips)
    json.dump({"clips": len(clips), "frames": frames, "models": measured}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
