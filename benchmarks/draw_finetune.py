"""Write docs/finetuning.md from what finetune.py printed.

python benchmarks/draw_finetune.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
DOCS = Path(__file__).parents[1] / "docs"

PAGE = """# Fine-tuning

Somebody who is often filmed, or moves as nobody in the training data does, is lifted better by a lifter that has
learnt from their clips. Keypoints are enough; nobody has to know the 3D. A folder of them, in any form that
`kinelift lift` reads, is given to

```bash
kinelift finetune --unlabelled clips -o runs/mine --same-person
kinelift lift clip.mp4 -o out --model runs/mine/default-finetuned.onnx
```

The lifter itself is the teacher: its bodies, where it is sure of them, are seen by virtual cameras and a virtual
detector that errs, and from these views, whose 3D is known, it learns on. What it got wrong through one camera is
corrected by how the same movements look through others. After each round (`--rounds`) what was learnt is the next
teacher. `--same-person` says that all clips show one person, whose bones are then the same in all. Motions that you
know to be true, as `motion.npz`, are learnt from beside (`--labelled DIR`). `--camera-fov` and its like say what is
known of the camera. A run that was stopped goes on when the command is given again.

`runs/mine` gets the model, its card, which keeps the bones' lengths, and `finetune.json`, which compares before and
after on the clips: how far joints are from their keypoints on the screen, how large the lifter expects its errors
to be, and how far it is from its own bodies in virtual views. **None of these is the error itself**, which nobody
can know without 3D; a lifter that grows surer need not be righter. Look at the motions before you use it. Expected
errors were calibrated for the lifter it started from.

## What it was worth

On the three subjects that no shipped model was trained on, each filmed by two virtual cameras, {clips} clips in
all, and marked by a virtual detector that errs (`benchmarks/own_clips.py`). The lifter was fine-tuned on each
subject's keypoints, {rounds} rounds of 8 epochs, and measured on the same clips; 3D was used in measuring alone. P1
is the mean distance in mm of twelve joints about the middle of the hips; brackets are 95 % intervals of the change,
by bootstrap over takes.

| subject | clips | `{model}` | fine-tuned | change |
|---|---:|---:|---:|---|
{rows}

The bodies and the detector are made by the same program that made the training data's, so people in front of a real
camera may gain less or more. How the method was found is part of the figure: a single round, of 8 epochs or of 24,
gave -6.3 % and -6.1 %, two -9.2 % and three -10.1 % on these very clips in trials; two is the default because on a
fourth subject, whose other takes are in training (14), a third round lost again what it had gained. None of the
fine-tuned models is shipped.

Made by `benchmarks/finetune.py` and `draw_finetune.py`, from weights {weights}.
"""


def main() -> None:
    """Draw the page."""
    found = json.loads((RESULTS / "finetune.json").read_text())
    rows = [_row(subject, cameras["both cameras"]) for subject, cameras in found["subjects"].items()]
    rows += [
        _row(f"{subject}, {camera}", measured)
        for subject, cameras in found["subjects"].items()
        for camera, measured in cameras.items()
        if camera != "both cameras"
    ]
    page = PAGE.format(
        clips=found["all"]["clips"],
        rounds=found["rounds"],
        model=found["model"],
        rows="\n".join([_row("**all**", found["all"]), *rows]),
        weights=found["weights_sha256"][:12],
    )
    (DOCS / "finetuning.md").write_text(page)


def _row(name: str, measured: dict[str, Any]) -> str:
    change = measured["change_percent"]
    return (
        f"| {name} | {measured['clips']} | {measured['before_mm']:.1f} | {measured['after_mm']:.1f} | "
        f"{change['mean']:+.1f} % [{change['low']:+.1f}, {change['high']:+.1f}] |"
    )


if __name__ == "__main__":
    main()
