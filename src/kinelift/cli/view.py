"""kinelift view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.options import OutFile


@dataclass(frozen=True)
class View:
    """Make the page that shows a motion, from motion.json (everything), motion.npz or .bvh (one body)."""

    motion: Positional[Annotated[Path, arg(metavar="MOTION")]]
    """A motion.json, motion.npz or .bvh."""
    out: OutFile
    """The page to write, such as view.html."""

    def run(self) -> None:
        """Read the motion and write the page."""
        from kinelift.interop.motion_formats import read_motion
        from kinelift.viewer import write_view

        if self.out.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"{self.out}: the name of a page ends in .html, such as view.html.")
        shown = read_motion(self.motion)
        if shown is None:
            raise ValueError(f"{self.motion}: a motion.json, a motion.npz or a .bvh expected.")
        write_view(shown, self.out, title=self.motion.stem)
        print(self.out)
