"""Stage 2: the people in a picture. One protocol; one file a backend."""

from kinelift.detection.detector import Detection, Detector, Region, longest_side_wanted, sees_everybody

__all__ = ["Detection", "Detector", "Region", "longest_side_wanted", "sees_everybody"]
