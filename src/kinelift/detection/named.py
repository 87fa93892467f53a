"""Detectors by name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kinelift.detection.detector import Detector

DetectorName = Literal["mediapipe", "rtmpose"]
BODY_MODEL, POSE_MODEL = "body.onnx", "pose.onnx"


def open_detector(name: DetectorName, models: Path | None = None) -> Detector:
    """Load a detector. `models` is a folder with body.onnx (a YOLOX) and pose.onnx for RTMPose; fetched otherwise.

    Raises what `MediaPipeDetector` and `RtmposeDetector` do, and ValueError for models of a detector that has its own.
    """
    if name == "mediapipe":
        from kinelift.detection.mediapipe import MediaPipeDetector

        if models is not None:
            raise ValueError("detector models: MediaPipe has its own; they are for rtmpose.")
        return MediaPipeDetector()
    from kinelift.detection.rtmpose import RtmposeDetector

    if models is None:
        return RtmposeDetector()
    return RtmposeDetector(body_model=models / BODY_MODEL, pose_model=models / POSE_MODEL)
