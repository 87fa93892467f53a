"""Stage 1: frames with timestamps, a few at a time, at a constant rate, the right way up."""

from kinelift.video.frame import Frame
from kinelift.video.video import Video, open_video

__all__ = ["Frame", "Video", "open_video"]
