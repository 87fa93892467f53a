"""A noisy detector moves points, loses some, and says by its scores how far to trust the rest."""

from dataclasses import fields, replace

import numpy as np
import pytest

from kinelift.body import COCO_23, mirror
from kinelift.sampling.detector_noise import detect
from kinelift.sampling.hidden import FACE, FEET
from kinelift.sampling.mistaken import EXCHANGES
from kinelift.sampling.noise_config import Detections, NoiseConfig
from tests.moving_bodies import SILENT

CLIPS, FRAMES = 60, 40
SCORED = replace(SILENT, jitter_range=(0.001, 0.012), outliers=0.1, sure_outliers=0.0, told_sd=0.3)
FAR = np.full((CLIPS, 2), 1e3)


def people(seed: int = 0) -> np.ndarray:
    """Return people one unit tall, each a cloud of joints that stands still somewhere near the middle."""
    rng = np.random.default_rng(seed)
    bodies = rng.uniform(-0.5, 0.5, (CLIPS, 1, 23, 2)) + rng.uniform(-0.3, 0.3, (CLIPS, 1, 1, 2))
    return np.repeat(bodies, FRAMES, 1).astype(np.float32)


def seen(config: NoiseConfig, points: np.ndarray, half_size: np.ndarray = FAR, seed: int = 0) -> Detections:
    """Detect people all of whom are in front of the camera."""
    in_front = np.ones(points.shape[:3], bool)
    return detect(points, in_front, np.ones(CLIPS), half_size, config, np.random.default_rng(seed))


def detections(config: NoiseConfig, seed: int = 0) -> Detections:
    """Detect points that all lie at the origin: what comes out is the displacement."""
    return seen(config, np.zeros((CLIPS, FRAMES, 23, 2), np.float32), seed=seed)


def correlations(found: Detections) -> np.ndarray:
    """Return, clip by clip, how the scores of what is not lost go with the displacement."""
    displacement = np.linalg.norm(found.points, axis=-1)
    return np.array(
        [
            np.corrcoef(score[score > 0], moved[score > 0])[0, 1]
            for score, moved in zip(found.scores, displacement, strict=True)
        ]
    )


def changed_clips(found: Detections, points: np.ndarray) -> np.ndarray:
    """Tell in which clips anything is not where, or as sure, as it was."""
    return (np.abs(found.points - points).max((1, 2, 3)) > 1e-3) | (found.scores == 0).any((1, 2))


def test_a_silent_detector_returns_what_is_there():
    found = seen(SILENT, people())
    np.testing.assert_allclose(found.points, people(), atol=1e-5)
    assert (found.scores > 0).all()


def test_the_same_seed_gives_the_same_detections():
    first, again, other = (seen(NoiseConfig(), people(), seed=s) for s in (1, 1, 2))
    assert np.array_equal(first.points, again.points)
    assert np.array_equal(first.scores, again.scores)
    assert not np.array_equal(first.points, other.points)


@pytest.mark.parametrize("kind", ["exchanged", "leaps", "occluded", "truncated", "lost_frames", "lost_clips"])
def test_each_fault_befalls_the_share_of_clips_that_it_should(kind):
    assert getattr(SILENT, kind) == 0.0
    always = changed_clips(seen(replace(SILENT, **{kind: 1.0}), people()), people())
    sometimes = changed_clips(seen(replace(SILENT, **{kind: 0.3}), people()), people())
    assert always.mean() > 0.75
    assert 0.05 < sometimes.mean() < 0.55


def test_scores_fall_with_the_displacement_in_every_clip_of_a_detector_that_scores():
    found = correlations(detections(SCORED))
    assert (found < -0.3).all()
    assert np.median(found) < -0.7


def test_outliers_that_scores_do_not_tell_are_as_sure_as_the_rest():
    found = detections(replace(SCORED, sure_outliers=1.0))
    away = np.linalg.norm(found.points, axis=-1) > 0.05
    assert abs(found.scores[away].mean() - found.scores[~away].mean()) < 0.03
    assert np.median(correlations(found)) > -0.3


def test_scores_of_a_detector_that_does_not_score_say_nothing():
    scores = detections(replace(SCORED, scoreless=1.0)).scores
    for clip in scores:
        assert len(np.unique(clip[clip > 0])) == 1


def test_what_is_lost_has_neither_place_nor_score():
    found = seen(replace(SILENT, lost_clips=1.0, lost_joints=0.3, lost_spans=0.12), people())
    lost = found.scores == 0
    assert 0.05 < lost.mean() < 0.6
    assert (found.points[lost] == 0).all()


def test_faces_and_feet_are_lost_through_whole_clips():
    for kind, joints in (("faceless", FACE), ("footless", FEET)):
        lost = seen(replace(SILENT, **{kind: 0.5}), people()).scores == 0
        rest = [j for j in range(23) if j not in joints]
        assert not lost[..., rest].any()
        assert 0.3 < lost[..., joints].mean() < 0.7
        assert (lost[..., joints] == lost[:, :1, joints[:1]]).all()


def test_exchanging_sides_keeps_a_bodys_points_and_twice_is_nothing():
    found, points = seen(replace(SILENT, exchanged=1.0, span_frames=(5, 5)), people()), people()
    exchanged = np.abs(found.points - points).max((2, 3)) > 1e-3
    assert (exchanged.sum(1) <= 5).all()
    assert (exchanged.sum(1) > 0).all()
    for exchange in EXCHANGES:
        assert (exchange[exchange] == np.arange(23)).all()
    for clip, frame in zip(*np.nonzero(exchanged), strict=True):
        candidates = points[clip, frame][EXCHANGES]
        assert np.abs(candidates - found.points[clip, frame]).max((1, 2)).min() < 1e-4


def test_leaps_go_to_somebody_elses_body_beside_and_are_as_sure():
    found, points = seen(replace(SILENT, leaps=1.0, span_frames=(3, 3)), people()), people()
    elsewhere = np.abs(found.points - points).max((2, 3)) > 1e-2
    assert (elsewhere.sum(1) <= 3).all()
    assert elsewhere.any(1).all()
    assert abs(found.scores[elsewhere].mean() - found.scores[~elsewhere].mean()) < 0.05
    hips = [COCO_23.index(f"{side}_hip") for side in ("left", "right")]
    aside = (found.points - points)[:, :, hips].mean(2)[elsewhere]
    assert (np.abs(aside[:, 0]) > 0.29).all()
    shapes = points[:, 0] - points[:, 0, hips].mean(1)[:, None]
    sizes = np.linalg.norm(shapes, axis=(1, 2))
    clip, frame = np.argwhere(elsewhere)[0]
    shape = found.points[clip, frame] - found.points[clip, frame, hips].mean(0)
    likeness = (shapes * shape).sum((1, 2)) / sizes / np.linalg.norm(shape)
    assert likeness.max() > 0.9999
    assert likeness.argmax() != clip


def test_what_an_object_hides_stays_hidden_behind_it_and_is_lost_or_unsure():
    config = replace(SILENT, occluded=1.0)
    points = people()
    for lost_share in (0.0, 1.0):
        found = seen(replace(config, hidden_lost=lost_share), points)
        touched = (found.scores == 0) if lost_share else np.abs(found.points - points).max(-1) > 1e-4
        assert 0.05 < touched.mean() < 0.8
        if not lost_share:
            assert (found.scores[touched] <= 0.45).all()
            assert (found.scores > 0).all()
        # Person and object stand still, so that the same joints are hidden whenever any are.
        for hidden in touched:
            assert len(np.unique(hidden[hidden.any(1)], axis=0)) <= 1


def test_legs_cut_off_are_not_seen_below_one_line_through_the_whole_clip():
    points = people()
    points[:, :, [COCO_23.index(f"{s}_ankle") for s in ("left", "right")], 1] = 0.9
    points[:, :, [COCO_23.index(f"{s}_hip") for s in ("left", "right")], 1] = 0.1
    found = seen(replace(SILENT, truncated=1.0, hidden_lost=1.0), points)
    lost = found.scores == 0
    assert (lost == lost[:, :1]).all()
    assert lost.any((1, 2)).all()
    for clip in range(CLIPS):
        hidden, shown = points[clip, 0, lost[clip, 0], 1], points[clip, 0, ~lost[clip, 0], 1]
        assert shown.max() <= hidden.min()


def test_outside_the_image_joints_are_lost_or_at_the_border_or_marked_outside():
    points, half_size = people(), np.full((CLIPS, 2), 0.3)
    outside = np.abs(points).max(-1) > 0.3
    lost = seen(replace(SILENT, outside_lost=1.0), points, half_size)
    assert ((lost.scores == 0) == outside).all()
    clamped = seen(replace(SILENT, outside_lost=0.0, outside_clamped=1.0), points, half_size)
    np.testing.assert_allclose(clamped.points, np.clip(points, -0.3, 0.3), atol=1e-5)
    assert (clamped.scores > 0).all()
    assert clamped.scores[outside].mean() < 0.6 * clamped.scores[~outside].mean()
    marked = seen(replace(SILENT, outside_lost=0.0, outside_clamped=0.0), points, half_size)
    np.testing.assert_allclose(marked.points, points, atol=1e-5)


def test_nothing_behind_the_camera_is_seen():
    in_front = np.random.default_rng(0).random((CLIPS, FRAMES, 23)) < 0.5
    config = replace(SILENT, outside_lost=0.0)
    found = detect(people(), in_front, np.ones(CLIPS), FAR, config, np.random.default_rng(0))
    assert ((found.scores > 0) == in_front).all()


def test_hips_and_shoulders_are_marked_elsewhere_by_the_same_share_on_both_sides():
    points = people()
    found = seen(replace(SILENT, hip_shift_sd=(0.25, 0.0), shoulder_shift_sd=(0.0, 0.1)), points)
    moved = found.points - points
    hips, shoulders = (
        moved[:, :, [COCO_23.index(f"{side}_{name}") for side in ("left", "right")]]
        for name in ("hip", "shoulder")
    )
    np.testing.assert_allclose(hips[:, :, 0], -hips[:, :, 1], atol=1e-5)
    np.testing.assert_allclose(shoulders[:, :, 0], shoulders[:, :, 1], atol=1e-5)
    assert np.linalg.norm(hips, axis=-1).mean() > 0.02
    rest = [i for i, name in enumerate(COCO_23.names) if not name.endswith(("hip", "shoulder"))]
    np.testing.assert_allclose(moved[:, :, rest], 0.0, atol=1e-5)


def test_a_shift_of_the_marks_is_the_mirror_image_s_on_the_mirrored_body():
    config = replace(SILENT, hip_shift_sd=(0.25, 0.06), shoulder_shift_sd=(0.1, 0.05))
    found, of_mirrored = seen(config, people()), seen(config, mirror(people(), COCO_23))
    np.testing.assert_allclose(of_mirrored.points, mirror(found.points, COCO_23), atol=1e-5)


def test_shares_of_clips_are_shares():
    for field in fields(NoiseConfig):
        value = getattr(NoiseConfig(), field.name)
        assert np.all(np.array(value) >= 0), field.name
    assert NoiseConfig().outside_lost + NoiseConfig().outside_clamped <= 1.0
