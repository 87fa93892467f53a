"""kinelift models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Models:
    """List the shipped models with their cards, and check their files."""

    def run(self) -> int:
        """Print a table a model; 1 where a file is not what its card says."""
        from kinelift.cli.cards import print_card
        from kinelift.weights import shipped_models, shipped_networks

        if not shipped_models():
            raise FileNotFoundError("no model is shipped with this installation; install kinelift again.")
        return max([print_card(name) for name in shipped_networks()])
