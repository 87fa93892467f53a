"""kinelift: 3D human motion in metres from ordinary video, offline, on a plain CPU.

    video -> detection -> tracking -> lifting -> placing -> export / viewer

A public name is loaded from its home when it is first asked for, so that `kinelift --help` answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinelift.body import (
        BLAZEPOSE_33,
        BODY_25,
        COCO_17,
        COCO_18,
        COCO_23,
        H36M_17,
        H36M_21,
        HALPE_26,
        MPI_INF_3DHP_17,
        MPII_16,
        Camera,
        Keypoints,
        Motion,
        Person,
        Recording,
        Skeleton,
    )
    from kinelift.body.mapping import map_skeleton
    from kinelift.interop.keypoints import read_keypoints, read_people
    from kinelift.interop.motion_json import read_recording
    from kinelift.interop.motion_npz import load_motion
    from kinelift.live import LiftStream
    from kinelift.live_ground import GroundStream
    from kinelift.pipeline import lift, lift_people, lift_video
    from kinelift.results import write

    __version__: str

__all__ = [
    "BLAZEPOSE_33",
    "BODY_25",
    "COCO_17",
    "COCO_18",
    "COCO_23",
    "H36M_17",
    "H36M_21",
    "HALPE_26",
    "MPII_16",
    "MPI_INF_3DHP_17",
    "Camera",
    "GroundStream",
    "Keypoints",
    "LiftStream",
    "Motion",
    "Person",
    "Recording",
    "Skeleton",
    "lift",
    "lift_people",
    "lift_video",
    "load_motion",
    "map_skeleton",
    "read_keypoints",
    "read_people",
    "read_recording",
    "write",
]

_HOMES = {
    "GroundStream": "kinelift.live_ground",
    "LiftStream": "kinelift.live",
    "lift": "kinelift.pipeline",
    "lift_people": "kinelift.pipeline",
    "lift_video": "kinelift.pipeline",
    "load_motion": "kinelift.interop.motion_npz",
    "map_skeleton": "kinelift.body.mapping",
    "read_keypoints": "kinelift.interop.keypoints",
    "read_people": "kinelift.interop.keypoints",
    "read_recording": "kinelift.interop.motion_json",
    "write": "kinelift.results",
}
"""The module of each public name; the nouns, which are not listed, live in kinelift.body."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value = version("kinelift")
    elif name in __all__:
        value = getattr(import_module(_HOMES.get(name, "kinelift.body")), name)
    else:
        raise AttributeError(f"module 'kinelift' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
