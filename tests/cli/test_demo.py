"""kinelift demo, on the weights that ship."""

import numpy as np

import kinelift as kl
from kinelift.demo import demo_clip


def test_the_demo_lifts_its_clip_with_the_shipped_weights(kinelift, tmp_path):
    run = kinelift("demo", "-o", tmp_path / "out")
    assert run.code == 0, run.err
    written = [tmp_path / "out" / name for name in ("motion.npz", "motion.json", "view.html")]
    assert run.lines[:3] == list(map(str, written))
    motion = kl.load_motion(written[0])
    assert len(motion) == len(kl.read_keypoints(demo_clip()))
    assert motion.observed.mean() > 0.95
    error_px = kl.read_recording(written[1]).people[0].quality.reprojection_px
    assert np.nanmedian(error_px) < 20.0


def test_the_clip_is_small_and_says_where_it_comes_from():
    assert demo_clip().stat().st_size < 100_000
    keypoints = kl.read_keypoints(demo_clip())
    assert keypoints.skeleton == kl.COCO_17
    assert 4.0 <= len(keypoints) / keypoints.fps <= 6.0
    with np.load(demo_clip(), allow_pickle=False) as clip:
        assert "mocap.cs.cmu.edu" in str(clip["note"])
