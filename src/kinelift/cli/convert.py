"""kinelift convert."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from kinelift.cli.options import ClipOptions, WritingOptions


@dataclass(frozen=True)
class Convert:
    """Bring motion or keypoints from one format to another, by the ending of OUT's name.

    Motion (motion.json, motion.npz, .bvh) goes to every format that `lift --only` writes, and to .html; keypoints of
    any program go to .npz, .json, .csv and .openpose. Nothing is lifted.
    """

    source: Positional[Annotated[Path, arg(metavar="IN")]]
    """A file or a folder; what it is is found from its content."""
    out: Positional[Annotated[Path, arg(metavar="OUT")]]
    """The file to write, or the folder where a format has a file a frame."""
    clip: ClipOptions = field(default_factory=ClipOptions)
    writing: WritingOptions = field(default_factory=WritingOptions)

    def run(self) -> None:
        """Read, write and print what was written."""
        from kinelift.cli.converting import convert

        convert(self.source, self.out, self.clip, self.writing)
