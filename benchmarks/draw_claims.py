"""Write docs/claims.md from what paper_claims.py printed.

    python benchmarks/draw_claims.py

Reads benchmarks/results/paper_claims.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "paper_claims.json"
PAGE = Path(__file__).parents[1] / "docs" / "claims.md"
MEASURES = ("p1_mm", "p2_mm", "mpjve_mm")

HEAD = """# The paper's findings, put to the test

Pavllo et al. (CVPR 2019) report what they found on Human3.6M, whose licence keeps it from being passed on. Here each
finding is put to the test on free motion capture that is filmed as Human3.6M was: four cameras with its places, lenses
and distortion about one person, 17 joints, keypoints normalised to the image's width, one-frame windows, the paper's
loss, optimiser and schedules. These figures are this data's and these small networks', not Human3.6M's; what can be
compared is which way a difference goes and how large it is in percent.

**Protocol,** frozen in `benchmarks/claims_protocol.py` before the first run: CMU subjects {test} are tested and never
trained on, learning rates are chosen on {validation}; one clip of up to six seconds of each take, every frame, edges
repeated, mirror averaging on; 30 frames a second. Convolutions of 128 channels on one thread; all on the same data
learn for as many epochs as the one of 81 frames, semi-supervised and supervised as many as each other. Martinez et al.,
Hossain and Little, and the LSTM get the processor time of the convolution they are compared with and the best of three
learning rates. Keypoints are noisy ({drift:g} px of drift, {jitter:g} px from frame to frame, {outliers:.0%} further
off, of a frame 1000 wide) unless *clean* is said. {seeds} seeds; brackets are 95 % intervals by bootstrap over test
takes and seeds. With so few seeds, how much runs differ by chance is known only roughly.

"""


def main() -> None:
    """Draw the page."""
    report = json.loads(RESULTS.read_text())
    PAGE.write_text(page(report))


def page(report: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    protocol = report["protocol"]
    head = HEAD.format(
        test=", ".join(protocol["test_subjects"]),
        validation=" and ".join(protocol["validation_subjects"]),
        drift=protocol["noise"]["drift_sd_px"],
        jitter=protocol["noise"]["jitter_sd_px"],
        outliers=protocol["noise"]["outliers"],
        seeds=len(protocol["seeds"]),
    )
    lines = [
        *_missing(report),
        *_findings(report["findings"]),
        *_runs(report["runs"]),
        *_gradients(report["runs"]),
    ]
    return head + "\n".join(lines) + "\nMade by `benchmarks/paper_claims.py` and `draw_claims.py`.\n"


def _missing(report: dict[str, Any]) -> list[str]:
    protocol = report["protocol"]
    there = {(run["name"], run["seed"]) for run in report["runs"]}
    wanted = [(variant["name"], seed) for variant in protocol["variants"] for seed in protocol["seeds"]]
    missing = [f"{name} (seed {seed})" for name, seed in wanted if (name, seed) not in there]
    return [f"Not run yet: {', '.join(missing)}.\n"] if missing else []


def _findings(findings: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "## Findings\n",
        "| finding | measure | here, mm | change | comes out | in the paper |",
        "|---|---|---|---|---|---|",
    ]
    labels = {"p1_mm": "P1", "p2_mm": "P2", "mpjve_mm": "velocity"}
    for each in findings:
        change = each["change_percent"]
        seeds = "" if each["seeds"] > 1 else " (one seed)"
        lines.append(
            f"| {each['finding']} | {labels[each['measure']]} | {each['first_mm']:.1f} against "
            f"{each['second_mm']:.1f}{seeds} | {change['mean']:+.1f} % [{change['low']:+.1f}, {change['high']:+.1f}] | "
            f"{each['comes_out']} | {each['published']} |"
        )
    return [*lines, ""]


def _runs(runs: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "## Every network\n",
        "| network | parameters | epochs | windows a second | learning rate | P1 | P2 | velocity |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(run["name"] for run in runs):
        same = [run for run in runs if run["name"] == name]
        errors = " | ".join(" / ".join(f"{run[measure]:.1f}" for run in same) for measure in MEASURES)
        first = same[0]
        lines.append(
            f"| {name} | {first['parameters']:,} | {first['epochs']} | {first['windows_a_second']:,.0f} | "
            f"{first['learning_rate']:g} | {errors} |"
        )
    return [
        *lines,
        "",
        "Millimetres, seed by seed; windows a second in training, by the processor's clock.",
        "",
    ]


def _gradients(runs: Sequence[dict[str, Any]]) -> list[str]:
    chosen = {
        run["name"]: run["gradient_norms"] for run in runs if run["name"] in ("27", "dense 27", "LSTM 27")
    }
    if not chosen:
        return []
    lines = [
        "## Gradients along time\n",
        "How much each frame of a window moves the trained network's answer: the norm of its gradient over the largest "
        "frame's. The answer is for the middle frame; the LSTM gives it after the last.\n",
        "| network | first | -9 | -3 | -1 | middle | +1 | +3 | +9 | last |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, norms in chosen.items():
        middle = len(norms) // 2
        at = (0, *(middle + offset for offset in (-9, -3, -1, 0, 1, 3, 9)), len(norms) - 1)
        lines.append(f"| {name} | " + " | ".join(f"{norms[frame]:.3f}" for frame in at) + " |")
    return [*lines, ""]


if __name__ == "__main__":
    main()
