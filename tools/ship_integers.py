"""Put a shipped model's form in 8-bit integers beside it, with its own figures on the development set in its card.

    python tools/ship_integers.py default
    python benchmarks/development_set.py development.npz --model default_int8 > integers.json
    python tools/ship_integers.py default --figures integers.json

What it writes without figures is the same model, and has no card yet.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ship_model import WEIGHTS, figures_of

from kinelift.model.from_onnx import facts_of, from_onnx
from kinelift.training.card import write_card
from kinelift.training.exporting import TrainedNetwork, export_int8


def main() -> None:
    """Export, and write the card where there are figures for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name")
    parser.add_argument("--figures", type=Path)
    arguments = parser.parse_args()
    source, out = (WEIGHTS / f"{name}.onnx" for name in (arguments.name, f"{arguments.name}_int8"))
    facts = facts_of(source)
    told = {key: value for key, value in facts.card.items() if key != "figures"}
    change = export_int8(TrainedNetwork(from_onnx(source), replace(facts, name=out.stem, card=told)), out)
    print(out, change)
    if arguments.figures:
        facts = facts_of(out)
        figures = figures_of(out.stem, arguments.figures)
        print(write_card(replace(facts, card={**facts.card, "figures": figures}), out))


if __name__ == "__main__":
    main()
