"""Stages 3 to 5 over whole clips: pass after pass, a stretch at a time, so that memory does not grow with length."""

from kinelift.passes.clip import LiftSettings, Progress, lift_clip
from kinelift.passes.scratch import DiskScratch, MemoryScratch

__all__ = ["DiskScratch", "LiftSettings", "MemoryScratch", "Progress", "lift_clip"]
