"""VideoPose3D's files become training sequences."""

import numpy as np
import pytest

from kinelift.body import H36M_17
from kinelift.sampling.studio_source import StudioData, load_studio
from tests.interop.hostile import write_npz


def write_studio(folder, frames=4, layout="h36m"):
    rng = np.random.default_rng(0)
    joints = rng.uniform(-0.5, 0.5, (frames, 32, 3)).astype(np.float32)
    points = rng.uniform(0, 1000, (frames + 2, 17, 2)).astype(np.float32)
    actions = ("Walking", "Sitting 1")
    metadata = {"layout_name": layout, "num_joints": 17, "keypoints_symmetry": [[4], [1]]}
    write_npz(
        folder / "data_3d_h36m.npz", positions_3d={s: dict.fromkeys(actions, joints) for s in ("S1", "S5")}
    )
    write_npz(
        folder / "data_2d_h36m_gt.npz",
        positions_2d={s: {a: [points] * 4 for a in actions} for s in ("S1", "S5")},
        metadata=metadata,
    )


def test_every_camera_of_every_recording_is_a_sequence(tmp_path):
    write_studio(tmp_path)
    source = load_studio(StudioData(detections="gt", subjects=("S1", "S5")), tmp_path)
    sequences = source.epoch(0)
    assert source.epoch(7) is sequences
    assert list(sequences.lengths) == [4] * 16
    assert (sequences.input_skeleton, sequences.output_skeleton) == (H36M_17, H36M_17)
    assert not sequences.targets[:, 0].any()
    assert np.abs(sequences.joints).max() < 1.5
    walking = load_studio(StudioData(detections="gt", subjects=("S5",), actions=("Walk",)), tmp_path)
    assert list(walking.sequences.lengths) == [4] * 4


def test_a_missing_file_and_another_layout_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"data_3d_h36m\.npz: no such file; this preset needs it"):
        load_studio(StudioData(), tmp_path)
    write_studio(tmp_path, layout="coco")
    with pytest.raises(ValueError, match="layout h36m expected, got coco"):
        load_studio(StudioData(detections="gt", layout="h36m"), tmp_path)
    write_studio(tmp_path, layout="humaneva20")
    with pytest.raises(
        ValueError, match="layout h36m or coco or mpii or humaneva15 expected, got humaneva20"
    ):
        load_studio(StudioData(detections="gt"), tmp_path)
