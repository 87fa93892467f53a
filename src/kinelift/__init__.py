"""kinelift: 3D human motion in metres from ordinary video, offline, on a plain CPU.

    video -> detection -> tracking -> lifting -> placing -> export / viewer
"""

from importlib.metadata import version

from kinelift.body import (
    BLAZEPOSE_33,
    COCO_17,
    H36M_17,
    Camera,
    Keypoints,
    Motion,
    Person,
    Recording,
    Skeleton,
)
from kinelift.body.mapping import map_skeleton
from kinelift.interop.motion_json import read_recording
from kinelift.interop.motion_npz import load_motion
from kinelift.pipeline import lift, lift_video

__version__ = version("kinelift")

__all__ = [
    "BLAZEPOSE_33",
    "COCO_17",
    "H36M_17",
    "Camera",
    "Keypoints",
    "Motion",
    "Person",
    "Recording",
    "Skeleton",
    "lift",
    "lift_video",
    "load_motion",
    "map_skeleton",
    "read_recording",
]
