"""What each part of the shipped recipe is worth: it is left out or changed, trained briefly and measured; as JSON.

    python benchmarks/ablations.py development.npz --data DIR --runs FOLDER --epochs 8 > ablations.json

Every variant is the preset `default` but for what its name says, trained for the same number of epochs (262,144 targets
each) with the schedule shrunk to them, then measured as development_set.py does. Runs go on where they stopped, each in
a folder of its own. `paper` learns from windows with the paper's network, optimiser and dropout on the same data.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from development_set import KINDS, MEASURES, errors_of, read_clips
from kinelift.sampling.noise_config import NoiseConfig
from kinelift.training.config import ClipLearning, TrainConfig
from kinelift.training.presets import DEFAULT
from kinelift.training.run import run


def _data(**changes: object) -> Callable[[TrainConfig], TrainConfig]:
    return lambda config: replace(config, data=replace(config.data, **changes))


def _model(**changes: object) -> Callable[[TrainConfig], TrainConfig]:
    return lambda config: replace(config, model=replace(config.model, **changes))


def _clips(**changes: object) -> Callable[[TrainConfig], TrainConfig]:
    return lambda config: replace(config, clips=replace(config.clips or ClipLearning(), **changes))


def _long_clips(config: TrainConfig) -> TrainConfig:
    return _clips(batch_clips=32)(_data(clips=4096, targets_per_clip=32)(config))


def _paper(config: TrainConfig) -> TrainConfig:
    return _model(anchors=None, dropout=0.25)(replace(config, clips=None, mirrored=True))


VARIANTS: dict[str, Callable[[TrainConfig], TrainConfig]] = {
    "as it is": lambda config: config,
    "paper": _paper,
    "poses as captured": _data(recombined=0.0, tilted=0.0, variety=None),
    "bodies vary by 10 %": _data(bodies=replace(DEFAULT.data.bodies, segment_sd=0.10)),
    "noise twice as large": _data(
        noise=replace(
            DEFAULT.data.noise, jitter_range=(0.002, 0.016), drift_range=(0.004, 0.018), bias_sd=0.014
        )
    ),
    "nothing hidden or mistaken": _data(
        noise=NoiseConfig(
            **{
                name: getattr(DEFAULT.data.noise, name)
                for name in ("jitter_range", "drift_range", "bias_sd", "footless")
            },
            outliers=0.0,
            exchanged=0.0,
            leaps=0.0,
            occluded=0.0,
            truncated=0.0,
            lost_clips=0.0,
            lost_frames=0.0,
            faceless=0.0,
        )
    ),
    "upright cameras that see all": _data(
        cameras=replace(DEFAULT.data.cameras, extreme=0.0, sideways=0.0, cut_off=0.0, handheld=0.0)
    ),
    "32 targets a clip, 32 clips a batch": _long_clips,
    "no loss of velocities": _clips(velocity=0.0),
    "hidden matrices as slow as the rest": _clips(hidden_rate=1.0),
    "9 frames": _model(filter_widths=(3, 3)),
    "81 frames": _model(filter_widths=(3, 3, 3, 3)),
    "256 channels": _model(channels=256),
    "1024 channels": _model(channels=1024),
}


def main() -> None:
    """Train and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--only", action="append", choices=list(VARIANTS))
    arguments = parser.parse_args()
    clips, names = read_clips(arguments.file)
    measured = []
    for variant in arguments.only or VARIANTS:
        config = VARIANTS[variant](replace(DEFAULT, epochs=arguments.epochs))
        started = time.perf_counter()
        finished = run(config, arguments.data, arguments.runs / variant.replace(" ", "-"))
        print(f"{variant}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        errors = {
            kind: [errors_of(clip, kind, str(finished.model), names) for clip in clips] for kind in KINDS
        }
        figures = {
            kind: {name: float(np.mean([each[name] for each in of_kind])) for name in MEASURES}
            for kind, of_kind in errors.items()
        }
        last = json.loads(finished.metrics.read_text().splitlines()[-1])
        seconds = [json.loads(line)["seconds"] for line in finished.metrics.read_text().splitlines()]
        measured.append({"variant": variant, "loss_mm": last["loss_mm"], "seconds": sum(seconds), **figures})
    json.dump({"epochs": arguments.epochs, "variants": measured}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
