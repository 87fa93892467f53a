"""A shipped lifter made better for somebody's own clips, of which nobody knows the 3D. Needs torch."""

from kinelift.finetuning.labelled import read_labelled
from kinelift.finetuning.own_clips import OwnClip, read_own_clips
from kinelift.finetuning.run import FinetuneReport, finetune
from kinelift.finetuning.teacher import LiftedMotion

__all__ = ["FinetuneReport", "LiftedMotion", "OwnClip", "finetune", "read_labelled", "read_own_clips"]
