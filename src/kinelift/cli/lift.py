"""kinelift lift."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.options import Lifting, OutFolder


@dataclass(frozen=True)
class Lift:
    """Lift a video or a file of keypoints to 3D: motion.npz, motion.json and view.html.

    Of a folder every video and file of keypoints is lifted, each into a folder of its own, in one process a core.
    """

    source: Positional[Annotated[Path, arg(metavar="VIDEO|KEYPOINTS|FOLDER")]]
    """A video, keypoints in a file or a folder, whichever detector wrote them, or a folder of these."""
    out: OutFolder
    """Folder for the results."""
    lifting: Lifting = field(default_factory=Lifting)

    def run(self) -> int:
        """Lift, write and say how well it went."""
        from kinelift.cli.lifting import lift

        return lift(self.source, self.out, self.lifting)
