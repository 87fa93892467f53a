"""What several commands ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from tyro.conf import FlagCreatePairsOff, arg

if TYPE_CHECKING:
    from kinelift.body import Camera

OutFolder = Annotated[Path, arg(aliases=["-o"], metavar="DIR")]
ResultName = Literal["npz", "json", "html", "bvh", "glb", "c3d", "trc", "csv", "openpose", "mmpose"]
OutFile = Annotated[Path, arg(aliases=["-o"], metavar="FILE")]


@dataclass(frozen=True)
class BodyOptions:
    """How to lift."""

    height: Annotated[float | None, arg(metavar="METRES")] = None
    """Standing stature, sole to crown; without it the network guesses the size."""
    model: Annotated[str, arg(metavar="NAME|PATH")] = "default"
    """A shipped model (see `kinelift models`) or an .onnx of your own."""
    mirror: bool = True
    """Average with the answer for the mirrored body."""
    smooth: Annotated[float, arg(metavar="SECONDS")] = 0.0
    """Smooth joints over this long on either side, such as 0.1; 0 leaves them as they are."""
    lock_feet: bool = True
    """Hold feet that stand where they do."""


@dataclass(frozen=True)
class CameraOptions:
    """What is known of the camera: at most one of the first three; 60 degrees are assumed otherwise."""

    camera_fov: Annotated[float | None, arg(metavar="DEGREES")] = None
    """Field of view across the longer image side."""
    focal_35mm: Annotated[float | None, arg(metavar="MM")] = None
    """35 mm equivalent focal length, as phones state it."""
    intrinsics: Annotated[Path | None, arg(metavar="FILE")] = None
    """JSON with K, or fx, fy, cx and cy, in pixels; optionally distortion and image_size."""
    camera_height: Annotated[float | None, arg(metavar="METRES")] = None
    """Of the lens over the floor: with it results stand on the floor, upright by --pitch and --roll."""
    pitch: Annotated[float | None, arg(metavar="DEGREES")] = None
    """How far the camera looks down; negative if it looks up. 0 unless given."""
    roll: Annotated[float | None, arg(metavar="DEGREES")] = None
    """How far the camera is turned clockwise, seen from behind it. 0 unless given."""

    def camera(self, image_size: tuple[int, int]) -> Camera | None:
        """Return the camera that is known for images of that size."""
        from kinelift.body import Camera

        lens = self._lens(image_size)
        if self.camera_height is None:
            if self.pitch is not None or self.roll is not None:
                raise ValueError(
                    "camera: --pitch and --roll are for a camera whose --camera-height over the floor is given too."
                )
            return lens
        return (lens or Camera.assumed(image_size)).standing(
            self.camera_height, pitch_degrees=self.pitch or 0.0, roll_degrees=self.roll or 0.0
        )

    def _lens(self, image_size: tuple[int, int]) -> Camera | None:
        from kinelift.body import Camera
        from kinelift.interop.camera_json import read_camera

        match self.camera_fov, self.focal_35mm, self.intrinsics:
            case None, None, None:
                return None
            case float(degrees), None, None:
                return Camera.from_fov(degrees, image_size)
            case None, float(millimetres), None:
                return Camera.from_focal_length_35mm(millimetres, image_size)
            case None, None, Path() as path:
                return read_camera(path, image_size)
            case _:
                raise ValueError(
                    "camera: give one of --camera-fov, --focal-35mm and --intrinsics, not several."
                )


@dataclass(frozen=True)
class PaperOptions:
    """For the paper's presets: what of VideoPose3D's files is learnt from."""

    keypoints: Annotated[str | None, arg(metavar="NAME")] = None
    """Whose keypoints to read, as in data_2d_h36m_NAME.npz."""
    subjects: Annotated[str | None, arg(metavar="S1,S5")] = None
    """Who is learnt from."""
    actions: Annotated[str | None, arg(metavar="A,B")] = None
    """Only these, by prefix."""
    subset: Annotated[float | None, arg(metavar="SHARE")] = None
    """Share of each recording that is learnt from, one stretch of it."""
    downsample: Annotated[int | None, arg(metavar="COUNT")] = None
    """Of every so many frames one is read."""
    unlabelled: Annotated[str | None, arg(metavar="S5,S6")] = None
    """Whose keypoints are learnt from without their joints."""
    field_of_view: Annotated[float | None, arg(metavar="DEGREES")] = None
    """Across the longer side, of unlabelled cameras whose focal length is not known."""
    warm_up: Annotated[int | None, arg(metavar="EPOCHS")] = None
    """First epochs in which labels alone teach."""
    projection: Annotated[Literal["lens", "linear", "none"] | None, arg(metavar="KIND")] = None
    """How unlabelled bodies are put back on the screen: lens, linear (without distortion) or none."""
    bones: Annotated[Literal["on", "off"] | None, arg(metavar="on|off")] = None
    """Whether unlabelled bodies must have the labelled ones' bones."""


@dataclass(frozen=True)
class KeypointOptions:
    """What files of keypoints may not say themselves."""

    fps: Annotated[float | None, arg(metavar="RATE")] = None
    """For keypoints that come without one."""
    image_size: Annotated[tuple[int, int] | None, arg(metavar="WIDTH HEIGHT")] = None
    """For keypoints that come without it."""
    skeleton: Annotated[str | None, arg(metavar="NAME")] = None
    """For keypoints that come without it, such as coco_17."""


@dataclass(frozen=True)
class RoadOptions:
    """How to go about it."""

    detect_every: Annotated[int, arg(metavar="N")] = 1
    """Look for people in one frame of so many; joints go straight from one look to the next."""
    people: Annotated[int | None, arg(metavar="COUNT")] = None
    """How many people of a video to lift at most; one unless given. Of keypoints everybody is lifted."""
    detector: Literal["mediapipe", "rtmpose"] = "mediapipe"
    """Who marks keypoints: RTMPose does it better, and fetches its models once."""
    detector_models: Annotated[Path | None, arg(metavar="DIR")] = None
    """A folder with RTMPose's models as body.onnx and pose.onnx, for machines without internet."""
    skip_existing: Annotated[FlagCreatePairsOff[bool], arg()] = False
    """Leave out what has its results already."""
    profile: Annotated[FlagCreatePairsOff[bool], arg()] = False
    """Say in the end where the time went."""


@dataclass(frozen=True)
class ClipOptions:
    """Which part of the source, and what it does not say itself."""

    start: Annotated[float | None, arg(metavar="SECONDS")] = None
    """Where to begin."""
    end: Annotated[float | None, arg(metavar="SECONDS")] = None
    """Where to end, exclusive."""
    fps: Annotated[float | None, arg(metavar="RATE")] = None
    """The true rate of the pictures: for slow motion, and for keypoints that come without one."""
    image_size: Annotated[tuple[int, int] | None, arg(metavar="WIDTH HEIGHT")] = None
    """For keypoints that come without it."""
    skeleton: Annotated[str | None, arg(metavar="NAME")] = None
    """For keypoints that come without it, such as coco_17."""
    person: Annotated[
        int | Literal["prominent", "largest", "left", "right", "central"] | None, arg(metavar="WHOM")
    ] = None
    """Of keypoints of several people, the id of the only one to lift. In videos who comes first: left, right, largest,
    central, or a number in the order of prominence, from 1."""
    format: Annotated[str | None, arg(metavar="NAME")] = None
    """Of keypoints, whose format they are in where that is not found from their content, such as openpose."""


@dataclass(frozen=True)
class WritingOptions:
    """How other programs' formats are written: .bvh, .glb, .c3d, .trc, .csv, .openpose and .mmpose.json."""

    units: Literal["m", "cm", "mm"] | None = None
    """Of lengths; unless given metres, and millimetres in .c3d."""
    out_fps: Annotated[float | None, arg(metavar="RATE")] = None
    """Bring motion to this frame rate; unless given it keeps its own."""
    naming: Literal["plain", "mixamo", "unreal", "rigify"] | None = None
    """Whose names the joints of .bvh and .glb get; unless given ours."""


@dataclass(frozen=True)
class Lifting:
    """What is to be done with a video or a file of keypoints."""

    body: BodyOptions = field(default_factory=BodyOptions)
    camera: CameraOptions = field(default_factory=CameraOptions)
    clip: ClipOptions = field(default_factory=ClipOptions)
    road: RoadOptions = field(default_factory=RoadOptions)
    writing: WritingOptions = field(default_factory=WritingOptions)
    only: tuple[ResultName, ...] = ("npz", "json", "html")
    """Which results to write: the three, or other programs' formats."""
