"""What fine-tuning without labels is worth on people nobody trained on, printed as JSON.

    python benchmarks/finetune.py MOCAP_DIR --runs FOLDER > benchmarks/results/finetune.json

Every take of the held-out subjects 49, 127 and 135 is filmed by two virtual cameras (see own_clips.py); a lifter is
fine-tuned on each subject's keypoints, and measured before and after on the same clips: P1 in mm about the middle of
the hips, mean over twelve joints and frames, then over clips. Intervals are 95 %, by bootstrap over takes, whose two
cameras stay together. No 3D label is used in learning; the results are never shipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from kinelift.finetuning import OwnClip, finetune
from kinelift.model.from_onnx import facts_of
from kinelift.weights import find_model
from own_clips import FilmedClip, filmed_clips, p1_mm

RESAMPLES = 2000


def measured(clips: list[FilmedClip], model: Path, folder: Path, rounds: int) -> list[dict[str, object]]:
    """Fine-tune on one subject's clips and return P1 of each before and after."""
    own = [OwnClip(clip.name, clip.keypoints, clip.camera) for clip in clips]
    started = time.perf_counter()
    tuned, report = finetune(own, model, folder, same_person=True, rounds=rounds)
    print(f"{clips[0].subject}: {time.perf_counter() - started:.0f} s, {report}", file=sys.stderr)
    return [
        {
            "subject": clip.subject,
            "take": clip.trial,
            "camera": clip.camera_number,
            "before_mm": p1_mm(clip, model),
            "after_mm": p1_mm(clip, tuned),
        }
        for clip in clips
    ]


def summary(rows: list[dict[str, object]]) -> dict[str, object]:
    """Return mean P1 before and after, and the relative change with its interval over takes."""
    takes: dict[object, list[tuple[float, float]]] = {}
    for row in rows:
        takes.setdefault(row["take"], []).append((float(str(row["before_mm"])), float(str(row["after_mm"]))))
    sums = np.array([(*np.sum(pairs, axis=0), len(pairs)) for pairs in takes.values()])
    drawn = np.random.default_rng(0).integers(0, len(sums), (RESAMPLES, len(sums)))
    before, after, _ = sums[drawn].sum(1).T
    low, high = np.percentile(100.0 * (after / before - 1.0), [2.5, 97.5])
    before, after, count = sums.sum(0)
    return {
        "clips": int(count),
        "before_mm": before / count,
        "after_mm": after / count,
        "change_percent": {"mean": 100.0 * (after / before - 1.0), "low": float(low), "high": float(high)},
    }


def main() -> None:
    """Fine-tune for each subject and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mocap", type=Path)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--model", default="default")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    model = find_model(arguments.model)
    facts = facts_of(model)
    by_subject: dict[str, list[FilmedClip]] = {}
    for clip in filmed_clips(arguments.mocap):
        by_subject.setdefault(clip.subject, []).append(clip)
    rows, subjects = [], {}
    for subject, clips in by_subject.items():
        found = measured(clips, model, arguments.runs / subject, arguments.rounds)
        rows += found
        subjects[subject] = {
            "both cameras": summary(found),
            "camera 0": summary([row for row in found if row["camera"] == 0]),
            "camera 1": summary([row for row in found if row["camera"] == 1]),
        }
        print(subject, json.dumps(summary(found)), file=sys.stderr)
    result = {
        "model": facts.name,
        "weights_sha256": facts.weights_sha256,
        "rounds": arguments.rounds,
        "all": summary(rows),
        "subjects": subjects,
    }
    json.dump({**result, "clips": rows}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
