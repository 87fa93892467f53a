"""RTMPose's detector on models made here: one finds a box, the other marks where a picture is brightest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kinelift.body import COCO_17, HALPE_26
from kinelift.detection import Detector, Region
from kinelift.detection.named import BODY_MODEL, POSE_MODEL, open_detector

pytest.importorskip("rtmlib", reason='RTMPose needs rtmlib: pip install "kinelift[rtmpose]"')
onnx = pytest.importorskip("onnx", reason='making models needs onnx: pip install "kinelift[train]"')

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from kinelift.detection.rtmpose import RtmposeDetector  # noqa: E402

WIDTH, HEIGHT = 48, 64
BLOB = (210.0, 80.0)


def save(
    path: Path, nodes: list, inputs: list[int], outputs: dict[str, list[int]], **weights: np.ndarray
) -> Path:
    graph = helper.make_graph(
        nodes,
        "made_by_tests",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, inputs)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    return path


def box_model(path: Path, boxes: list[tuple[float, float, float, float, float]], side: int = 32) -> Path:
    """Write a YOLOX that says the same boxes of every picture."""
    found = np.array([boxes], np.float32)
    nodes = [
        helper.make_node("ReduceSum", ["picture", "axes"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["found", "nothing"], ["dets"]),
    ]
    return save(
        path, nodes, [1, 3, side, side], {"dets": list(found.shape)},
        found=found, axes=np.array([0, 1, 2, 3]), zero=np.zeros((), np.float32),
    )  # fmt: skip


def brightest_model(path: Path, joints: int, width: int = WIDTH, height: int = HEIGHT) -> Path:
    """Write an RTMPose whose every joint is where the picture is brightest."""
    nodes = []
    for axis, reduced in (("x", 2), ("y", 3)):
        nodes += [
            helper.make_node("ReduceMax", ["picture"], [f"{axis}_line"], axes=[1, reduced], keepdims=0),
            helper.make_node("Unsqueeze", [f"{axis}_line", "last"], [f"{axis}_column"]),
            helper.make_node("Tile", [f"{axis}_column", "twice"], [f"{axis}_pairs"]),
            helper.make_node("Reshape", [f"{axis}_pairs", "flat"], [f"{axis}_flat"]),
            helper.make_node("Tile", [f"{axis}_flat", "joints"], [f"simcc_{axis}"]),
        ]
    return save(
        path, nodes, [1, 3, height, width],
        {"simcc_x": [1, joints, 2 * width], "simcc_y": [1, joints, 2 * height]},
        last=np.array([2]), twice=np.array([1, 1, 2]), flat=np.array([1, 1, -1]), joints=np.array([1, joints, 1]),
    )  # fmt: skip


@pytest.fixture
def models(tmp_path: Path) -> Path:
    box_model(tmp_path / BODY_MODEL, [(16.0, 2.0, 30.0, 16.0, 0.9), (1.0, 1.0, 5.0, 9.0, 0.1)])
    brightest_model(tmp_path / POSE_MODEL, 26)
    return tmp_path


def picture(width: int = 300, height: int = 200) -> np.ndarray:
    """Make a dark picture with a soft spot at BLOB."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    spot = 255 * np.exp(-((x - BLOB[0]) ** 2 + (y - BLOB[1]) ** 2) / (2 * 4.0**2))
    return np.repeat(spot[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("turn", [0.0, 0.9, -2.0, np.pi])
@pytest.mark.parametrize("side", [90.0, 140.0, 300.0])
def test_keypoints_are_where_the_picture_has_them_however_the_region_is_turned(models, turn, side):
    detector = open_detector("rtmpose", models)
    (found,) = detector.detect(picture(), Region((200.0, 90.0), side, turn))
    # A pixel of what the model reads is so many of the picture's.
    grain = side / WIDTH
    assert np.abs(found.points_px - BLOB).max() <= 1.0 + grain
    assert (found.scores > 0.0).all()


def test_everybody_is_found_in_the_whole_picture(models):
    detector = open_detector("rtmpose", models)
    assert isinstance(detector, Detector)
    assert detector.skeleton == HALPE_26
    (found,) = detector.detect(picture())  # the unsure box is nobody
    assert np.abs(found.points_px - BLOB).max() <= 5.0


def test_the_layout_is_that_of_the_model(models):
    brightest_model(models / POSE_MODEL, 17)
    assert open_detector("rtmpose", models).skeleton == COCO_17
    brightest_model(models / POSE_MODEL, 5)
    with pytest.raises(ValueError, match="marks 5 keypoints; models of these layouts"):
        open_detector("rtmpose", models)


def test_files_that_are_not_there_or_no_models_are_said(models, tmp_path):
    (models / POSE_MODEL).write_bytes(b"no model")
    with pytest.raises(ValueError, match=r"pose\.onnx: not an .onnx model"):
        open_detector("rtmpose", models)
    (models / POSE_MODEL).unlink()
    with pytest.raises(FileNotFoundError, match=r"no model at .*pose\.onnx"):
        open_detector("rtmpose", models)
    with pytest.raises(ValueError, match="MediaPipe has its own"):
        open_detector("mediapipe", models)
    with pytest.raises(ValueError, match="mode: one of"):
        RtmposeDetector("best")


def test_models_are_fetched_once_and_kept(models, tmp_path, monkeypatch):
    fetched = []
    box_model(models / BODY_MODEL, [(0.0, 0.0, 9.0, 9.0, 0.9)], 640)
    brightest_model(models / POSE_MODEL, 26, 192, 256)

    def fetch(address: str) -> str:
        fetched.append(address)
        return str(models / (BODY_MODEL if "yolox" in address else POSE_MODEL))

    monkeypatch.setattr("rtmlib.tools.base.download_checkpoint", fetch)
    detector = RtmposeDetector()
    assert detector.skeleton == HALPE_26
    assert len(fetched) == 2


def test_without_a_network_it_is_said_what_to_do(tmp_path, monkeypatch):
    def unreachable(address: str, timeout: float = 0.0) -> None:
        raise OSError("no route to host")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.setattr("rtmlib.tools.file.urlopen", unreachable)
    with pytest.raises(ConnectionError, match="Connect to the internet once"):
        RtmposeDetector()
