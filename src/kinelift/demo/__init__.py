"""A few seconds of keypoints that ship with the package, for `kinelift demo`. tools/make_demo_clip.py makes them."""

from importlib import resources
from pathlib import Path


def demo_clip() -> Path:
    """Return the file of the clip; its `note` says where it comes from."""
    return Path(str(resources.files("kinelift.demo").joinpath("dance.npz")))
