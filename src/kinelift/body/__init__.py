"""Nouns: skeletons, cameras, keypoints and motion. Frozen values; no files, no torch."""

from kinelift.body.camera import Camera, CameraPose, Distortion, Human36mDistortion, OpenCVDistortion
from kinelift.body.camera_motion import CameraMotion
from kinelift.body.ground import Ground, GroundKnowledge
from kinelift.body.mapping import Mapping, map_skeleton, mapping, mirror
from kinelift.body.model_facts import ModelFacts
from kinelift.body.motion import WORLD_FROM_CAMERA, Keypoints, Motion, Person, Quality, Recording
from kinelift.body.quality_spans import QualitySpan
from kinelift.body.skeleton import (
    BLAZEPOSE_33,
    BODY_25,
    COCO_17,
    COCO_18,
    COCO_23,
    H36M_17,
    H36M_21,
    HALPE_26,
    MOCAP_20,
    MPI_INF_3DHP_17,
    MPII_16,
    SKELETONS,
    Skeleton,
    skeleton_named,
)
from kinelift.body.stature import Stature

__all__ = [
    "BLAZEPOSE_33",
    "BODY_25",
    "COCO_17",
    "COCO_18",
    "COCO_23",
    "H36M_17",
    "H36M_21",
    "HALPE_26",
    "MOCAP_20",
    "MPII_16",
    "MPI_INF_3DHP_17",
    "SKELETONS",
    "WORLD_FROM_CAMERA",
    "Camera",
    "CameraMotion",
    "CameraPose",
    "Distortion",
    "Ground",
    "GroundKnowledge",
    "Human36mDistortion",
    "Keypoints",
    "Mapping",
    "ModelFacts",
    "Motion",
    "OpenCVDistortion",
    "Person",
    "Quality",
    "QualitySpan",
    "Recording",
    "Skeleton",
    "Stature",
    "map_skeleton",
    "mapping",
    "mirror",
    "skeleton_named",
]
