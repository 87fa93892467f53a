"""Write docs/results.md from what development_set.py printed.

python benchmarks/draw_results.py benchmarks/results/development_set.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "results.md"
MEASURES = ("P1", "P2", "P3", "velocity")

HEAD = """# Results

## Development set

{clips} clips, {frames:,} frames at 30 fps, of motion that no shipped model was trained on (CMU subjects
49, 127 and 135 and trials 14_01 to 14_10), on bodies of sampled proportions, through virtual cameras.

The recipe was chosen with this set in sight (among other things, trunks were lengthened once its bodies proved
longer than those trained on), and subject 14's other trials are in training: read these figures as a development
set's, not as a test's.

**Protocol:** cameras given, heights not; COCO-17 keypoints; mirror averaging on; no smoothing; twelve joints
(shoulders, elbows, wrists, hips, knees, ankles) relative to the middle of the hips; mean over a clip's frames, then
over clips. P1 is the mean distance, P2 after similarity alignment of each frame, P3 after scaling each frame, in mm;
velocity in mm a frame. Brackets are 95 % intervals by bootstrap over clips. *noisy* has a detector's jitter, drift
and outliers; *harsh* besides lacks 20 % of the joints and 10 % of the frames, leaps to a bystander and exchanges left
and right for a while. `one-frame` is the same network without time: as wide and as deep, trained by the same recipe
on as many windows; it is measured here and not shipped.

"""


def main() -> None:
    """Draw the page."""
    report = json.loads(Path(sys.argv[1]).read_text())
    lines = [HEAD.format(**report)]
    for kind in ("clean", "noisy", "harsh"):
        lines += [
            f"### {kind}\n",
            "| model | frames | " + " | ".join(MEASURES) + " |",
            "|---|---|" + "---|" * 4,
        ]
        for model in report["models"]:
            cells = [_cell(model[kind][measure]) for measure in MEASURES]
            lines.append(f"| `{model['name']}` | {model['receptive_field']} | " + " | ".join(cells) + " |")
        lines.append("")
    lines += [
        "### The worst clips of `default` on noisy keypoints\n",
        "| trial | P1 | P2 | velocity |",
        "|---|---|---|---|",
    ]
    for clip in report["models"][0]["noisy_worst"]:
        lines.append(f"| {clip['trial']} | {clip['P1']:.0f} | {clip['P2']:.0f} | {clip['velocity']:.1f} |")
    lines += ["", "Made by `benchmarks/development_set.py` and `benchmarks/draw_results.py`.", ""]
    PAGE.write_text("\n".join(lines))


def _cell(value: dict[str, float]) -> str:
    return f"{value['mean']:.1f} [{value['low']:.1f}, {value['high']:.1f}]"


if __name__ == "__main__":
    main()
