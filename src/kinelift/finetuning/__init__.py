"""A shipped lifter made better for somebody's own clips, of which nobody knows the 3D. Needs torch."""

from kinelift.finetuning.own_clips import OwnClip, read_own_clips
from kinelift.finetuning.run import FinetuneReport, finetune

__all__ = ["FinetuneReport", "OwnClip", "finetune", "read_own_clips"]
