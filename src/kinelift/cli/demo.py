"""kinelift demo."""

from __future__ import annotations

from dataclasses import dataclass

from kinelift.cli.lift import Lift
from kinelift.cli.options import OutFolder


@dataclass(frozen=True)
class Demo:
    """Lift the short clip of keypoints that ships with kinelift; open view.html to see it."""

    out: OutFolder
    """Folder for the results."""

    def run(self) -> None:
        """Lift the clip as any other."""
        from kinelift.demo import demo_clip

        Lift(source=demo_clip(), out=self.out).run()
