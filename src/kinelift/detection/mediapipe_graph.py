"""MediaPipe's graphs: the two models of BlazePose, each on its own, fed one picture at a time."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np

from kinelift.detection.detector import Region
from kinelift.detection.native_output import native_stderr_to_log

FIND_BODIES = """
input_stream: "image"
output_stream: "found"
node { calculator: "PoseDetectionCpu" input_stream: "IMAGE:image" output_stream: "DETECTIONS:found" }
"""

PLACE_LANDMARKS = """
input_stream: "image"
input_stream: "region"
output_stream: "found"
node {
  calculator: "ConstantSidePacketCalculator"
  output_side_packet: "PACKET:complexity"
  options: { [mediapipe.ConstantSidePacketCalculatorOptions.ext]: { packet { int_value: 1 } } }
}
node {
  calculator: "PoseLandmarkByRoiCpu"
  input_side_packet: "MODEL_COMPLEXITY:complexity"
  input_stream: "IMAGE:image"
  input_stream: "ROI:region"
  output_stream: "LANDMARKS:found"
}
"""


class Graph:
    """A MediaPipe graph fed one picture at a time."""

    def __init__(self, mediapipe: ModuleType, text: str, *, finds: Literal["one", "many"]) -> None:
        from google.protobuf import text_format
        from mediapipe.framework import calculator_pb2
        from mediapipe.framework.formats import rect_pb2
        from mediapipe.python._framework_bindings import resource_util

        # Generated modules: their contents are not known before they run.
        rectangles: Any = rect_pb2
        graphs: Any = calculator_pb2
        assert mediapipe.__file__ is not None
        resource_util.set_resource_dir(str(Path(mediapipe.__file__).parent.parent))
        self._mediapipe = mediapipe
        self._rectangle = rectangles.NormalizedRect
        self._found: Any = None
        self._clock = 0
        self._picture = self._shown = np.zeros((0, 0, 3), np.uint8)
        getter = mediapipe.packet_getter
        self._unpack = getter.get_proto_list if finds == "many" else getter.get_proto
        self._graph = mediapipe.CalculatorGraph(
            graph_config=text_format.Parse(text, graphs.CalculatorGraphConfig())
        )
        self._graph.observe_output_stream("found", self._take, False)
        self._graph.start_run()

    def run(self, image: np.ndarray) -> list[Any]:
        """Return the bodies found."""
        self._feed(image=self._packet_of(image))
        return self._found or []

    def run_in_region(self, image: np.ndarray, region: Region) -> Any | None:
        """Return the landmarks in a region, or None."""
        height, width = image.shape[:2]
        rectangle = self._rectangle(
            x_center=region.center_px[0] / width,
            y_center=region.center_px[1] / height,
            width=region.side_px / width,
            height=region.side_px / height,
            rotation=region.turn_radians,
        )
        self._feed(
            image=self._packet_of(image), region=self._mediapipe.packet_creator.create_proto(rectangle)
        )
        return self._found

    def close(self) -> None:
        """Stop the graph's threads; doing so twice does no harm."""
        if self._graph is not None:
            with native_stderr_to_log():
                self._graph.close()
            self._graph = None

    def _packet_of(self, image: np.ndarray) -> Any:
        """Return a packet that looks at the graph's own copy of a picture, filled anew for each.

        A packet's own copy would be allocated for each and leave a hole for smaller things to settle in. The packet's
        reference is given back without the interpreter's lock, so it is to nothing that anybody else holds.
        """
        if self._picture.shape != image.shape:
            self._picture = np.empty_like(image, order="C")
            self._shown = self._picture.view()
            self._shown.flags.writeable = False
        np.copyto(self._picture, image)
        return self._mediapipe.packet_creator.create_image_frame(
            image_format=self._mediapipe.ImageFormat.SRGB, data=self._shown, copy=False
        )

    def _feed(self, **packets: Any) -> None:
        if self._graph is None:
            raise ValueError("this detector is closed; make a new one.")
        self._found = None
        self._clock += 1
        for stream, packet in packets.items():
            self._graph.add_packet_to_input_stream(stream, packet.at(self._clock))
        self._graph.wait_until_idle()

    def _take(self, _stream: str, packet: Any) -> None:
        self._found = self._unpack(packet)


def import_mediapipe() -> ModuleType:
    """Return MediaPipe; ImportError naming the mend where it, or a library of the system's, is not installed."""
    try:
        with native_stderr_to_log():
            import mediapipe
    except ModuleNotFoundError as error:
        raise ImportError(
            'finding people in pictures needs MediaPipe: pip install "kinelift[video]" (Python 3.11 or 3.12)'
        ) from error
    except ImportError as error:
        raise ImportError(
            f"MediaPipe is installed but cannot be loaded ({error}). On a bare Linux machine it needs the system's "
            "libgl1 and libglib2.0-0: apt-get install libgl1 libglib2.0-0"
        ) from error
    return mediapipe
