"""Put a finished run's model among the shipped ones, with its figures on the development set in its card.

python tools/ship_model.py runs/default --data DIR --figures benchmarks/results/development_set.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from kinelift.training.card import provenance, write_card
from kinelift.training.exporting import export_checkpoint
from kinelift.training.loop import CHECKPOINT_NAME
from kinelift.training.presets import preset_named
from kinelift.training.run import trials_for
from kinelift.weights import ALSO_NAMED
from kinelift.whole_files import write_whole

WEIGHTS = Path(__file__).parents[1] / "src" / "kinelift" / "weights"


def figures_of(name: str, report: Path) -> dict[str, object]:
    """Return what benchmarks/development_set.py measured of a model, without the list of worst clips."""
    models = json.loads(report.read_text())["models"]
    measured = next(model for model in models if model["name"] == name)
    kinds = {kind: measured[kind] for kind in ("clean", "noisy", "harsh")}
    return {
        "development_set": {
            kind: {measure: round(value["mean"], 1) for measure, value in errors.items()}
            for kind, errors in kinds.items()
        },
        "protocol": "docs/results.md",
    }


def main() -> None:
    """Export the checkpoint with its whole card into the package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--preset", default="default")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--figures", type=Path, required=True)
    arguments = parser.parse_args()
    config = preset_named(arguments.preset)
    card = provenance(config, trials_for(config, arguments.data))
    card["figures"] = figures_of(config.name, arguments.figures)
    model = WEIGHTS / f"{config.name}.onnx"
    facts = export_checkpoint(arguments.run / CHECKPOINT_NAME, model, card)
    card_path = write_card(facts, model)
    print(model, card_path)
    for name, file in ALSO_NAMED.items():
        if file == model.name:
            other = card_path.with_name(f"{name}.json")
            write_whole(
                other, json.dumps(json.loads(card_path.read_text()) | {"name": name}, indent=2) + "\n"
            )
            print(model, other)


if __name__ == "__main__":
    main()
