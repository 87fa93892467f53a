"""What networks in integers are fitted to and tried on."""

from __future__ import annotations

import numpy as np
import pytest

from kinelift.body.model_facts import ModelFacts, NormalisationName
from kinelift.body.skeleton import COCO_17, H36M_17, Skeleton
from kinelift.training.calibration import CLIPS, calibration_clips, probe_clip

READERS = [(COCO_17, "rays", 54, 30.0), (COCO_17, "width", 34, None), (H36M_17, "width", 34, 50.0)]


def facts(reads: Skeleton, normalisation: NormalisationName, fps: float | None, field: int) -> ModelFacts:
    return ModelFacts("random", reads, H36M_17, fps, field, field // 2, normalisation, "0" * 64)


@pytest.mark.parametrize(("reads", "normalisation", "features", "fps"), READERS)
@pytest.mark.parametrize("field", [1, 27, 729])
def test_clips_are_of_at_least_a_receptive_field_and_the_same_each_time(
    reads, normalisation, features, fps, field
):
    network = facts(reads, normalisation, fps, field)
    clips = calibration_clips(network)
    assert clips.shape[0] == 2 * CLIPS
    assert clips.shape[1] >= field
    assert clips.shape[2] == features
    assert np.isfinite(clips).all()
    np.testing.assert_array_equal(clips, calibration_clips(network))


def test_every_clip_is_there_mirrored_too():
    clips = calibration_clips(facts(H36M_17, "width", 50.0, 1)).reshape(2, CLIPS, -1, 17, 2)
    np.testing.assert_array_equal(
        clips[1], clips[0][..., list(H36M_17.mirrored), :] * np.array((-1.0, 1.0), np.float32)
    )


@pytest.mark.parametrize(("reads", "normalisation", "features", "fps"), READERS)
def test_the_clip_to_try_on_is_not_among_those_and_of_their_size(reads, normalisation, features, fps):
    network = facts(reads, normalisation, fps, 9)
    clips, probe = calibration_clips(network), probe_clip(network)
    assert probe.shape == (1, 150 + 8, features)
    assert (np.abs(probe).max((0, 1)) <= 1.5 * np.abs(clips).max((0, 1)) + 0.1).all()
    assert not (np.abs(clips - probe[:, : clips.shape[1]]).max((1, 2)) < 1e-3).any()


def test_on_screens_joints_keep_a_body_s_shape():
    clips = calibration_clips(facts(H36M_17, "width", 50.0, 1)).reshape(2 * CLIPS, -1, 17, 2)[1::2]
    assert (clips != 0).all()
    upright = np.median(clips[..., H36M_17.index("head"), 1] - clips[..., 0, 1])
    assert -0.6 < upright < -0.1
