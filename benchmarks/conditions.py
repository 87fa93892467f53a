"""What it costs not to know the camera, and to smooth, and where the root stands; on the development set, as JSON.

    python benchmarks/conditions.py development.npz --model default

Noisy keypoints, mirror averaging on, feet not held. Errors are those of development_set.py: P1 and P2 in mm, velocity
in mm a frame. The root's depth is the middle of the hips' against the truth, as the median over a clip's frames of
the relative error, with the true height given; the figure is the median over clips. Path lengths are the hips', of
clips whose truth goes more than three metres, smoothed over unsmoothed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import kinelift as kl
from development_set import MEASURES, Clip, read_clips

SMOOTH_SECONDS = 0.1
FAR_METRES = 3.0


def lifted(clip: Clip, names: list[str], model: str, **how: Any) -> np.ndarray:
    """Lift a clip's noisy keypoints and take the joints of the truth."""
    motion = kl.lift(clip.keypoints["noisy"], model=model, lock_feet=False, **how)
    return motion.joints[:, [motion.skeleton.index(name) for name in names]].astype(float)


def hips(joints: np.ndarray, names: list[str]) -> np.ndarray:
    """Return the middle of the hips, (frame, 3)."""
    return joints[:, [names.index("left_hip"), names.index("right_hip")]].mean(1)


def errors(clips: list[Clip], names: list[str], model: str, camera: bool, smooth: float) -> dict[str, float]:
    """Return the mean over clips of each measure."""
    rows = []
    for clip in clips:
        how: dict[str, Any] = {"camera": clip.camera} if camera else {}
        joints = lifted(clip, names, model, smooth=smooth, **how)
        ours, truth = (x - hips(x, names)[:, None] for x in (joints, clip.truth))
        rows.append([1000.0 * float(measure(ours, truth)) for measure in MEASURES.values()])
    return dict(zip(MEASURES, np.mean(rows, axis=0).tolist(), strict=True))


def root_depth_error(clips: list[Clip], names: list[str], model: str) -> float:
    """Return the median relative error of the root's depth with the true height given."""
    medians = []
    for clip in clips:
        ours = hips(lifted(clip, names, model, camera=clip.camera, height=clip.height), names)[:, 2]
        medians.append(np.median(np.abs(ours / hips(clip.truth, names)[:, 2] - 1.0)))
    return float(np.median(medians))


def path_ratio(clips: list[Clip], names: list[str], model: str) -> dict[str, float]:
    """Return smoothed over unsmoothed path lengths of clips that go far."""

    def length(path: np.ndarray) -> float:
        return float(np.linalg.norm(np.diff(path, axis=0), axis=-1).sum())

    far = [clip for clip in clips if length(hips(clip.truth, names)) > FAR_METRES]
    ratios = [
        length(hips(lifted(clip, names, model, camera=clip.camera, smooth=SMOOTH_SECONDS), names))
        / length(hips(lifted(clip, names, model, camera=clip.camera), names))
        for clip in far
    ]
    return {"clips": len(far), "median": float(np.median(ratios)), "lowest": float(np.min(ratios))}


def main() -> None:
    """Measure each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", action="append", default=[])
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    measured = [
        {
            "name": Path(model).stem,
            "camera_given": errors(clips, names, model, True, 0.0),
            "camera_not_given": errors(clips, names, model, False, 0.0),
            f"smoothed_over_{SMOOTH_SECONDS:g}_s": errors(clips, names, model, True, SMOOTH_SECONDS),
            "smoothed_path_over_unsmoothed": path_ratio(clips, names, model),
            "root_depth_error_with_height": root_depth_error(clips, names, model),
        }
        for model in arguments.model or ["default_float32"]
    ]
    json.dump({"models": measured}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
