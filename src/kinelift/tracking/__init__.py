"""Stage 3: who is who over time; leaps to somebody else are cut out."""

from kinelift.tracking.follow import follow
from kinelift.tracking.joint_leaps import cut_joint_leaps
from kinelift.tracking.leaps import cut_leaps
from kinelift.tracking.person import Progress, TrackedPerson, detect_person
from kinelift.tracking.prominence import Sighting, find_person

__all__ = [
    "Progress",
    "Sighting",
    "TrackedPerson",
    "cut_joint_leaps",
    "cut_leaps",
    "detect_person",
    "find_person",
    "follow",
]
