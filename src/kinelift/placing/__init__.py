"""Stage 5: named pure steps from root-relative joints to a body in front of the camera."""

from kinelift.placing.bones import fit_bones, fix_bones, stature
from kinelift.placing.depth import steady_depth
from kinelift.placing.infill import infill, trusted_poses
from kinelift.placing.root import PlacedRoot, place_root
from kinelift.placing.speed import limit_turns

__all__ = [
    "PlacedRoot",
    "fit_bones",
    "fix_bones",
    "infill",
    "limit_turns",
    "place_root",
    "stature",
    "steady_depth",
    "trusted_poses",
]
