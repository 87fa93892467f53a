"""A noisy detector moves points, loses some, and says by its scores how far to trust the rest."""

from dataclasses import replace

import numpy as np

from kinelift.sampling.detector_noise import Detections, NoiseConfig, detect

CLIPS, FRAMES = 60, 40
SCORED = NoiseConfig(scoreless=0.0, exchanged=0.0, outliers=0.1)


def detections(config: NoiseConfig, seed: int = 0) -> Detections:
    """Detect points that all lie at the origin, of people one unit tall: what comes out is the displacement."""
    points = np.zeros((CLIPS, FRAMES, 23, 2), np.float32)
    inside = np.ones(points.shape[:3], bool)
    return detect(points, inside, np.ones(CLIPS), config, np.random.default_rng(seed))


def correlations(found: Detections) -> np.ndarray:
    """Return, clip by clip, how the scores of what is not lost go with the displacement."""
    displacement = np.linalg.norm(found.points, axis=-1)
    return np.array(
        [
            np.corrcoef(score[score > 0], moved[score > 0])[0, 1]
            for score, moved in zip(found.scores, displacement, strict=True)
        ]
    )


def test_scores_fall_with_the_displacement_in_every_clip_of_a_detector_that_scores():
    found = correlations(detections(SCORED))
    assert (found < -0.3).all()
    assert np.median(found) < -0.8


def test_scores_of_a_detector_that_does_not_score_say_nothing():
    scores = detections(replace(SCORED, scoreless=1.0)).scores
    for clip in scores:
        assert len(np.unique(clip[clip > 0])) == 1


def test_what_is_lost_has_neither_place_nor_score():
    found = detections(replace(SCORED, lost_clips=1.0))
    lost = found.scores == 0
    assert 0.05 < lost.mean() < 0.6
    assert (found.points[lost] == 0).all()
