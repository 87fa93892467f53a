"""Fine-tuning with its progress on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kinelift.cli.counts import counted
from kinelift.cli.progress import progress
from kinelift.finetuning import LiftedMotion, OwnClip, finetune
from kinelift.training.loop import Progress
from kinelift.weights import find_model


def finetune_shown(
    clips: Sequence[OwnClip],
    model: str,
    folder: Path,
    *,
    labelled: Sequence[LiftedMotion],
    same_person: bool,
    rounds: int,
    epochs: int,
    device: str,
) -> None:
    """Learn, showing loss and time left, and print where the model is and what changed."""
    with progress() as show:

        def on_progress(now: Progress) -> None:
            done, total = now.epoch * now.windows + now.windows_done, now.epochs * now.windows
            show(
                "learning", done, total, f" epoch {now.epoch + 1} of {now.epochs}, loss {now.loss_mm:.1f} mm"
            )

        out, report = finetune(
            clips,
            find_model(model),
            folder,
            labelled=labelled,
            same_person=same_person,
            rounds=rounds,
            epochs=epochs,
            device=device,
            on_lifting=lambda done, of: show("lifting", done, of),
            on_progress=on_progress,
        )
    print(f"{out}\n{counted(report.clips, 'clip')}, {counted(report.frames, 'frame')}; before and after:")
    for meaning, unit, (before, after) in (
        ("joints in virtual views of the clips' own bodies", "mm", report.virtual_views_mm),
        ("joints on the screen, from their keypoints", "px", report.reprojection_px),
        ("what the lifter expects its error to be", "mm", report.expected_error_mm),
    ):
        print(f"  {meaning}: {before:.1f} -> {after:.1f} {unit}")
