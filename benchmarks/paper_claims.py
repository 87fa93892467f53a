"""Put the findings of Pavllo et al. (CVPR 2019) to the test on motion capture; prints JSON.

    python benchmarks/paper_claims.py MOCAP --work FOLDER > benchmarks/results/paper_claims.json
    python benchmarks/paper_claims.py MOCAP --longer --work OTHER > benchmarks/results/paper_claims_longer.json
    python benchmarks/draw_claims.py

The protocols are in claims_protocol.py. Each run leaves a JSON of its own in FOLDER and is not run again where it has
one; a killed run goes on from its last epoch by the same command. One training at a time, on one thread.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from claims_findings import findings
from claims_protocol import COMPARISONS, LONGER, Protocol, Variant
from claims_training import (
    Split,
    gradient_norms,
    measured,
    parameters,
    seconds_an_epoch,
    source_of,
    split,
    trained,
)
from kinelift.datasets.mocap import MocapTrial
from kinelift.datasets.prepared import load_prepared
from kinelift.training.loop import METRICS_NAME
from kinelift.whole_files import write_whole

_EVERY_LEARNT = 16
"""One view in so many of those trained on is measured too: what a network has not learnt it cannot carry over."""


def run_all(trials: Sequence[MocapTrial], protocol: Protocol, work: Path) -> dict[str, Any]:
    """Do what is left to do in `work` and return the report."""
    work.mkdir(parents=True, exist_ok=True)
    _freeze(protocol, work / "protocol.json")
    data = split(trials, protocol)
    for variant in protocol.variants:
        for seed in protocol.seeds:
            _run(variant, seed, protocol, data, work)
    return report(protocol, work)


def report(protocol: Protocol, work: Path) -> dict[str, Any]:
    """Put together what is there of the runs."""
    runs = [json.loads(path.read_text()) for path in sorted(work.glob("*/seed_*/run.json"))]
    return {
        "protocol": asdict(protocol),
        "runs": [{name: value for name, value in run.items() if name != "views"} for run in runs],
        "findings": findings(COMPARISONS, runs),
    }


def _freeze(protocol: Protocol, path: Path) -> None:
    """Write the protocol down at the first start; refuse another later."""
    frozen = json.dumps(asdict(protocol), indent=1)
    if not path.exists():
        write_whole(path, frozen)
    if path.read_text() != frozen:
        raise ValueError(f"{path} holds another protocol, which was frozen for its runs; use another folder.")


def _run(variant: Variant, seed: int, protocol: Protocol, data: Split, work: Path) -> None:
    folder = work / _folder_name(variant) / f"seed_{seed}"
    if (folder / "run.json").exists():
        return
    epochs = _epochs(variant, protocol, data, work)
    rate, tried = _learning_rate(variant, protocol, data, epochs, work)
    network, seconds = trained(variant, protocol, data, epochs=epochs, seed=seed, rate=rate, folder=folder)
    parts = data.clean if variant.clean else data.noisy
    test = parts["test"]
    views, learnt = measured(network, test), measured(network, parts["train"][::_EVERY_LEARNT])
    result = {
        "name": variant.name,
        "seed": seed,
        "epochs": epochs,
        "learning_rate": rate,
        "searched_mm": tried,
        "parameters": parameters(network),
        "processor_seconds": seconds,
        "windows_a_second": _windows_an_epoch(folder) / _pace(variant, protocol, data, work),
        **{key: sum(view[key] for view in views) / len(views) for key in ("p1_mm", "p2_mm", "mpjve_mm")},
        "learnt_p1_mm": sum(view["p1_mm"] for view in learnt) / len(learnt),
        "gradient_norms": gradient_norms(network, test),
        "views": views,
    }
    write_whole(folder / "run.json", json.dumps(result))
    print(f"{time.strftime('%H:%M:%S')} {variant.name}, seed {seed}: {epochs} epochs, {seconds:.0f} s, "
          f"P1 {result['p1_mm']:.1f}, MPJVE {result['mpjve_mm']:.1f}", file=sys.stderr, flush=True)  # fmt: skip


def _epochs(variant: Variant, protocol: Protocol, data: Split, work: Path) -> int:
    """Return how long a variant is trained."""
    named = {each.name: each for each in protocol.variants}
    if variant.same_epochs_as is not None:
        return _epochs(named[variant.same_epochs_as], protocol, data, work)
    if variant.same_seconds_as is not None:
        other = named[variant.same_seconds_as]
        budget = _epochs(other, protocol, data, work) * _pace(other, protocol, data, work)
    else:
        assert variant.budget_seconds is not None, variant
        budget = variant.budget_seconds
    return max(round(budget / _pace(variant, protocol, data, work)), 2)


def _pace(variant: Variant, protocol: Protocol, data: Split, work: Path) -> float:
    """Return the processor's seconds an epoch takes, measured once and kept."""
    path = work / _folder_name(variant) / "pace.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        pace = seconds_an_epoch(variant, protocol, source_of(variant, protocol, data, 0))
        write_whole(path, json.dumps(pace))
    return float(json.loads(path.read_text()))


def _learning_rate(
    variant: Variant, protocol: Protocol, data: Split, epochs: int, work: Path
) -> tuple[float, dict[str, float]]:
    """Return the rate that does best on validation subjects in a short run, and what each did there, P1 in mm."""
    if not variant.searched:
        return variant.learning_rate, {}
    path = work / _folder_name(variant) / "searched.json"
    tried: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    for rate in variant.searched:
        if str(rate) not in tried:
            network, _ = trained(
                variant, protocol, data, epochs=max(round(epochs * protocol.search_share), 2), seed=protocol.seeds[0],
                rate=rate, folder=path.parent / f"rate_{rate}",
            )  # fmt: skip
            views = measured(network, data.noisy["validation"])
            tried[str(rate)] = sum(view["p1_mm"] for view in views) / len(views)
            write_whole(path, json.dumps(tried))
    return float(min(tried, key=lambda rate: tried[rate])), tried


def _windows_an_epoch(folder: Path) -> float:
    lines = (folder / METRICS_NAME).read_text().splitlines()
    return sum(json.loads(line)["windows"] for line in lines) / len(lines)


def _folder_name(variant: Variant) -> str:
    """Name a folder by what the run depends on, so that a changed variant is another run."""
    digest = hashlib.sha256(repr(variant).encode()).hexdigest()[:6]
    return f"{variant.name.replace(' % ', '_percent_').replace(', ', '_').replace(' ', '_')}_{digest}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mocap", type=Path)
    parser.add_argument(
        "--work", type=Path, required=True, help="where runs are kept; outside the repository"
    )
    parser.add_argument("--longer", action="store_true", help="four times the training, of four networks")
    parser.add_argument("--report", action="store_true", help="run nothing, print what is there")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    protocol = LONGER if arguments.longer else Protocol()
    if arguments.report:
        result = report(protocol, arguments.work)
    else:
        arguments.work.mkdir(parents=True, exist_ok=True)
        trials = load_prepared(arguments.mocap, cache=arguments.work)
        result = run_all(trials, protocol, arguments.work)
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
