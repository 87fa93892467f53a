"""Stages 3 to 5 over whole clips: pass after pass, a stretch at a time, so that memory does not grow with length."""

from kinelift.passes.clip import LiftedPerson, LiftSettings, NobodyToLiftError, lift_clip
from kinelift.passes.rows import LiftOptions, checked_camera, lift_rows
from kinelift.passes.scratch import DiskScratch, MemoryScratch, scratch_for
from kinelift.tracking.one_body import Progress

__all__ = [
    "DiskScratch",
    "LiftOptions",
    "LiftSettings",
    "LiftedPerson",
    "MemoryScratch",
    "NobodyToLiftError",
    "Progress",
    "checked_camera",
    "lift_clip",
    "lift_rows",
    "scratch_for",
]
