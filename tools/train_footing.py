"""Train the network that tells which way is up and when feet stand, and put it among the package's weights.

    python tools/train_footing.py draw DATA CLIPS --seed 1 --minutes 25
    python tools/train_footing.py train CLIPS footing.pt --minutes 24
    python tools/train_footing.py export footing.pt --data DATA --figures benchmarks/results/grounding.json

DATA is the folder of motion capture that lifters are trained on; held-out trials are left out here as there. Clips are
lifted by the shipped default, so that the network learns from bodies that lean and slide as lifted ones do.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import torch
from footing_clips import CONFIG, draw
from footing_network import FootingNet, TrainingConfig, export, train

from kinelift.datasets.mocap import HELD_OUT_SUBJECTS, MocapTrial, is_held_out, load_mocap
from kinelift.weights import find_footing
from kinelift.weights.checksum import file_sha256
from kinelift.whole_files import write_whole


def trials_in(folder: Path) -> list[MocapTrial]:
    """Return the trials that may be learnt from."""
    return [trial for trial in load_mocap(folder) if not is_held_out(trial)]


def card(trials: list[MocapTrial], figures: Path) -> dict[str, object]:
    """Say where the network is from and how good it is."""
    minutes = sum(len(trial.joints) / trial.fps for trial in trials) / 60.0
    return {
        "name": "footing",
        "sha256": file_sha256(find_footing()),
        "tells": "which way is up and when toes and heels touch the floor, from h36m_21 joints at 30 fps",
        "command": "python tools/train_footing.py",
        "data": f"CMU Graphics Lab Motion Capture Database, {len(trials)} trials, {minutes:.1f} minutes, seen by "
        "virtual cameras and a noisy detector, lifted by default",
        "acknowledgement": "The data used in this project was obtained from mocap.cs.cmu.edu. The database was created "
        "with funding from NSF EIA-0196217.",
        "licence": "Apache-2.0",
        "split": f"held out: subjects {', '.join(HELD_OUT_SUBJECTS)} and trials 14_01 to 14_10",
        "figures": {
            "development_set": json.loads(figures.read_text())["standing"],
            "protocol": "docs/results.md",
        },
        "config": {
            "training": dataclasses.asdict(TrainingConfig()),
            "clips": {"tilted": CONFIG.tilted, "recombined": CONFIG.recombined},
        },
    }


def main() -> None:
    """Do one of the three steps."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    drawing = steps.add_parser("draw")
    drawing.add_argument("data", type=Path)
    drawing.add_argument("clips", type=Path)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--minutes", type=float, default=25.0)
    training = steps.add_parser("train")
    training.add_argument("clips", type=Path)
    training.add_argument("checkpoint", type=Path)
    training.add_argument("--minutes", type=float, default=TrainingConfig.minutes)
    exporting = steps.add_parser("export")
    exporting.add_argument("checkpoint", type=Path)
    exporting.add_argument("--data", type=Path, required=True)
    exporting.add_argument("--figures", type=Path, required=True)
    arguments = parser.parse_args()
    match arguments.step:
        case "draw":
            draw(trials_in(arguments.data), arguments.clips, arguments.seed, arguments.minutes)
        case "train":
            config = TrainingConfig(minutes=arguments.minutes)
            net = train(sorted(arguments.clips.glob("*.npz")), config)
            torch.save(net.state_dict(), arguments.checkpoint)
        case _:
            net = FootingNet()
            net.load_state_dict(torch.load(arguments.checkpoint, weights_only=True))
            export(net.eval(), find_footing())
            said = json.dumps(card(trials_in(arguments.data), arguments.figures), indent=2) + "\n"
            write_whole(find_footing().with_suffix(".json"), said)


if __name__ == "__main__":
    main()
