"""RTMPose (Jiang et al., 2023) as a detector, run by rtmlib: YOLOX finds bodies, RTMPose marks 26 keypoints in each.

The models are fetched when they are first asked for and kept in rtmlib's cache (~/.cache/rtmlib), or are files given.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from kinelift.body import COCO_17, HALPE_26, Skeleton
from kinelift.detection.detector import Detection, Region

log = logging.getLogger(__name__)

LAYOUTS: dict[int, Skeleton] = {len(skeleton): skeleton for skeleton in (COCO_17, HALPE_26)}
"""What the pose models mark, by the number of their keypoints."""

PADDING = 1.25
"""What rtmlib makes a body's box larger by before it looks."""
LARGEST_PATCH_PX = 768
"""Side of the turned square that is cut out around a body, at most; the models read 384 pixels at most."""


class RtmposeDetector:
    """Finds everybody in a picture, or the person in a region, as HALPE_26 or COCO_17."""

    sees_everybody = True

    def __init__(
        self,
        mode: str = "balanced",
        *,
        body_model: Path | None = None,
        pose_model: Path | None = None,
        device: str = "cpu",
    ) -> None:
        """Load the models of a mode (lightweight, balanced or performance) or the files given, a YOLOX and an RTMPose.

        `device` is rtmlib's: cpu, cuda or mps. Raises ImportError without rtmlib, FileNotFoundError or ValueError for
        files that are not there or not such models, and ConnectionError where models are to be fetched and cannot be.
        """
        rtmlib = import_rtmlib()
        chosen = _chosen(rtmlib, mode)
        body, pose = _source(body_model, chosen["det"]), _source(pose_model, chosen["pose"])
        self._bodies = _loaded(rtmlib.YOLOX, body, chosen["det_input_size"], device)
        self._pose = _loaded(rtmlib.RTMPose, pose, chosen["pose_input_size"], device)
        if body_model is not None:
            self._bodies.model_input_size = _input_size(self._bodies, body)
        if pose_model is not None:
            self._pose.model_input_size = _input_size(self._pose, pose)[::-1]
        self.skeleton = self._layout(pose)
        """Layout of every detection."""

    def detect(
        self, image: UInt8[np.ndarray, "height width 3"], region: Region | None = None
    ) -> list[Detection]:
        """Find everybody in an RGB picture, or the person that a region encloses."""
        regions = [region] if region is not None else self._regions(image)
        return [self._in_region(image, each) for each in regions]

    def close(self) -> None:
        """Nothing is held."""

    def _regions(self, image: UInt8[np.ndarray, "height width 3"]) -> list[Region]:
        boxes = np.asarray(self._bodies(np.ascontiguousarray(image[..., ::-1])), np.float64).reshape(-1, 4)
        return [
            Region((float(x0 + x1) / 2, float(y0 + y1) / 2), PADDING * float(max(x1 - x0, y1 - y0)))
            for x0, y0, x1, y1 in boxes
        ]

    def _in_region(self, image: UInt8[np.ndarray, "height width 3"], region: Region) -> Detection:
        patch, picture_from_patch = _turned_patch(image, region)
        side = len(patch)
        margin = side * (1.0 - 1.0 / PADDING) / 2.0
        box = [margin, margin, side - margin, side - margin]
        points, scores = self._pose(np.ascontiguousarray(patch[..., ::-1]), bboxes=[box])
        # rtmlib counts from the middle of the first pixel.
        across = np.concatenate([points[0] + 0.5, np.ones((len(points[0]), 1))], axis=1)
        return Detection(
            (across @ picture_from_patch.T).astype(np.float32),
            np.clip(scores[0], 0.0, 1.0).astype(np.float32),
        )

    def _layout(self, source: str) -> Skeleton:
        try:
            points, _ = self._pose(np.zeros((64, 64, 3), np.uint8), bboxes=[[0.0, 0.0, 64.0, 64.0]])
            count = points.shape[1]
        except Exception as error:  # whatever a model that is none raises
            raise ValueError(f"{source}: not an RTMPose model that rtmlib can run ({error}).") from error
        if count not in LAYOUTS:
            known = ", ".join(f"{skeleton.name} ({number})" for number, skeleton in LAYOUTS.items())
            raise ValueError(
                f"{source}: marks {count} keypoints; models of these layouts can be used: {known}."
            )
        return LAYOUTS[count]


def _turned_patch(
    image: UInt8[np.ndarray, "height width 3"], region: Region
) -> tuple[UInt8[np.ndarray, "side side 3"], Float[np.ndarray, "2 3"]]:
    """Cut out a region with its body upright; also return what takes the patch's pixels back to the picture's."""
    import cv2

    side = max(16, min(LARGEST_PATCH_PX, math.ceil(region.side_px)))
    scale = region.side_px / side
    cos, sin = scale * math.cos(region.turn_radians), scale * math.sin(region.turn_radians)
    turn = np.array(((cos, -sin), (sin, cos)))
    corner = np.array(region.center_px) - turn @ np.full(2, side / 2.0)
    back = np.concatenate([turn, corner[:, None]], axis=1)
    # OpenCV counts from the middle of the first pixel.
    counted = back.copy()
    counted[:, 2] += turn @ np.full(2, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, counted, (side, side), flags=flags)), back


def import_rtmlib() -> ModuleType:
    """Import rtmlib, or say how to get it."""
    try:
        import rtmlib
    except ImportError as error:
        raise ImportError('RTMPose needs rtmlib: pip install "kinelift[rtmpose]"') from error
    return rtmlib


def _chosen(rtmlib: ModuleType, mode: str) -> dict[str, Any]:
    modes = rtmlib.BodyWithFeet.MODE
    if mode not in modes:
        raise ValueError(f"mode: one of {', '.join(modes)} expected, got {mode!r}.")
    return modes[mode]


def _source(given: Path | None, fetched: str) -> str:
    if given is None:
        return fetched
    if not given.is_file():
        raise FileNotFoundError(f"no model at {given}.")
    return str(given)


def _loaded(tool: Any, source: str, size: tuple[int, int], device: str) -> Any:
    """Load a model, fetching it where it is an address and not kept yet."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            return tool(source, model_input_size=size, backend="onnxruntime", device=device)
    except OSError as error:
        raise ConnectionError(
            f"RTMPose's model cannot be fetched from {source} ({error}). Connect to the internet once, and it is kept; "
            "or give files of your own: RtmposeDetector(body_model=..., pose_model=...), --detector-models DIR."
        ) from error
    except Exception as error:  # onnxruntime raises classes of its own
        raise ValueError(f"{source}: not an .onnx model that can be loaded ({error}).") from error
    finally:
        log.debug("%s", said.getvalue().strip())


def _input_size(tool: Any, source: str) -> tuple[int, int]:
    """Return the height and width of the pictures that a file's network reads."""
    shape = tool.session.get_inputs()[0].shape
    match shape:
        case [_, 3, int(height), int(width)]:
            return height, width
    raise ValueError(f"{source}: pictures of a stated size expected, (1, 3, height, width), got {shape}.")
