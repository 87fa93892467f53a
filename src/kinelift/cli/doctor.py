"""kinelift doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Doctor:
    """Say what this installation can do and how to mend what it cannot; exit code 1 if something is broken."""

    def run(self) -> int:
        """Print one line a check."""
        from kinelift.cli.checks import all_checks

        sound = True
        for check in all_checks():
            print(f"{check.verdict:8}{check.name}: {check.detail}", flush=True)
            sound = sound and check.verdict != "broken"
        return 0 if sound else 1
