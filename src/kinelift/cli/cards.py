"""A shipped model's card as a table."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any

from rich.console import Console
from rich.table import Table

from kinelift.weights import read_card, shipped_networks
from kinelift.weights.checksum import check_shipped

LEFT_OUT = ("name", "sha256", "weights_sha256", "config")
"""Checked rather than shown, or too long to be read; they are in the card's file."""


def print_card(name: str) -> int:
    """Print what a model is, where it is and whether it is whole; return 1 where it is not."""
    path = shipped_networks()[name]
    table = Table(title=name, title_justify="left", title_style="bold", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("file", str(path))
    try:
        check_shipped(name)
        verdict = "matches"
        for key, value in read_card(name).items():
            if key not in LEFT_OUT:
                table.add_row(key.replace("_", " "), _text(value))
    except ValueError as error:
        verdict = str(error)
    table.add_row("checksum", verdict)
    Console(highlight=False, markup=False, soft_wrap=False).print(table)
    return 0 if verdict == "matches" else 1


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case dict() if any(isinstance(each, dict) for each in value.values()):
            return "\n".join(f"{key}{_below(each)}" for key, each in value.items())
        case dict():
            return ", ".join(f"{key}: {_text(each)}" for key, each in value.items())
        case _:
            return json.dumps(value)


def _below(value: Any) -> str:
    """Return a value as it stands below its key: on the same line if it takes one, else indented."""
    text = _text(value)
    return ":\n" + indent(text, "  ") if "\n" in text else f": {text}"
