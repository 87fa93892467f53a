"""Settled bodies agree with rays, bones and the network as well as all three can, and no frame is lost."""

from __future__ import annotations

import numpy as np
import pytest

from kinelift.body import H36M_17
from kinelift.geometry.kinematics import bone_lengths
from kinelift.placing import settle as settle_step
from kinelift.placing.root import place_root
from kinelift.placing.settle import settle, settle_look_ahead

FPS = 30.0
MARKED = [i for i, name in enumerate(H36M_17.names) if name not in ("pelvis", "spine", "thorax", "head")]


def bodies(frames: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return bodies of one size that turn in front of a camera, relative to their root, and the root's path."""
    rng = np.random.default_rng(seed)
    lengths = rng.uniform(0.12, 0.45, len(H36M_17.bones))
    start, turn = rng.normal(size=(2, len(H36M_17.bones), 3))
    times = np.linspace(0.0, 1.0, frames)[:, None, None]
    directions = start + 0.7 * times * turn
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    joints = np.zeros((frames, len(H36M_17), 3))
    for bone, (parent, child) in enumerate(H36M_17.bones):
        joints[:, child] = joints[:, parent] + lengths[bone] * directions[:, bone]
    return joints, np.stack([np.linspace(-0.3, 0.4, frames), np.zeros(frames), np.full(frames, 4.0)], -1)


def seen(joints: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return exact rays of the marked joints, NaN for the others, and scores."""
    placed = joints + root[:, None]
    rays = np.full((*joints.shape[:2], 2), np.nan)
    rays[:, MARKED] = placed[:, MARKED, :2] / placed[:, MARKED, 2:]
    scores = np.zeros(joints.shape[:2])
    scores[:, MARKED] = 0.9
    return rays, scores


def lengths_of(joints: np.ndarray) -> np.ndarray:
    """Return a body's bone lengths."""
    return bone_lengths(joints[:1], H36M_17)[0]


def test_a_body_that_agrees_already_stays():
    joints, root = bodies(20)
    settled = settle(joints, root, *seen(joints, root), lengths_of(joints), H36M_17, FPS)
    np.testing.assert_allclose(settled, joints, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_network_gets_wrong_in_size_and_place_comes_nearer_the_truth(seed):
    truth, root = bodies(60, seed)
    wrong = truth + np.random.default_rng(seed).normal(0.0, 0.04, (1, *truth.shape[1:]))
    wrong -= wrong[:, :1]
    rays, scores = seen(truth, root)
    placed = place_root(wrong, rays, scores).root
    settled = settle(wrong, placed, rays, scores, lengths_of(truth), H36M_17, FPS)
    before, after = (np.linalg.norm(joints - truth, axis=-1).mean() for joints in (wrong, settled))
    assert after < 0.9 * before


def test_it_comes_to_rest_where_the_energy_of_its_docstring_is_lowest(monkeypatch):
    monkeypatch.setattr(settle_step, "ROUNDS", 1000)
    monkeypatch.setattr(settle_step, "EASING_SECONDS", 1e-6)
    truth, root = bodies(1, 5)
    told = truth + np.random.default_rng(1).normal(0.0, 0.05, truth.shape)
    told -= told[:, :1]
    (rays, scores), lengths = seen(truth, root), lengths_of(truth)
    settled = settle(told, root, rays, scores, lengths, H36M_17, FPS)[0]

    def energy(flat: np.ndarray) -> float:
        joints = flat.reshape(-1, 3)
        away = np.nansum((joints[:, :2] - rays[0] * joints[:, 2:]) ** 2, -1)
        stray, ray = settle_step.STRAY_METRES**2, settle_step.RAY_METRES**2
        total = (scores[0] * stray / ray * np.log1p(away / stray)).sum()
        for bone, (parent, child) in enumerate(H36M_17.bones):
            vector = joints[child] - joints[parent]
            meant = told[0, child] - told[0, parent]
            total += ((vector - meant) ** 2).sum() / settle_step.NETWORK_METRES**2
            total += (np.linalg.norm(vector) - lengths[bone]) ** 2 / settle_step.LENGTH_METRES**2
        return float(total)

    # The answer is relative to joint 0, so its place is looked for again.
    at = (settled + root[0] + _shift(settled, rays[0], scores[0], root[0])).ravel()
    steps = 1e-6 * np.eye(at.size)
    gradient = np.array([energy(at + step) - energy(at - step) for step in steps]) / 2e-6
    start = np.array(
        [energy((told[0] + root[0]).ravel() + s) - energy((told[0] + root[0]).ravel() - s) for s in steps]
    )
    assert np.abs(gradient).max() < 1e-3 * np.abs(start / 2e-6).max()


def _shift(joints: np.ndarray, rays: np.ndarray, scores: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Return where the weighted least squares of the rays put joint 0, weights as they are at rest."""
    shift = np.zeros(3)
    for _ in range(4000):
        at = joints + root + shift
        away = np.nansum((at[:, :2] - rays * at[:, 2:]) ** 2, -1)
        weights = scores / (1.0 + away / settle_step.STRAY_METRES**2)
        rows, sides = [], []
        for joint in np.flatnonzero(weights > 0):
            for axis in range(2):
                row = np.zeros(3)
                row[axis], row[2] = 1.0, -rays[joint, axis]
                rows.append(row * np.sqrt(weights[joint]))
                sides.append(-(at[joint, axis] - rays[joint, axis] * at[joint, 2]) * np.sqrt(weights[joint]))
        shift = shift + np.linalg.lstsq(np.array(rows), np.array(sides), rcond=None)[0]
    return shift


def test_rows_without_a_root_and_clips_without_one_are_left_as_they_are():
    joints, root = bodies(12)
    rays, scores = seen(joints, root)
    lengths = 1.3 * lengths_of(joints)
    root[4:7] = np.nan
    settled = settle(joints, root, rays, scores, lengths, H36M_17, FPS)
    np.testing.assert_array_equal(settled[4:7], joints[4:7])
    assert np.abs(settled[:4] - joints[:4]).max() > 0.01
    np.testing.assert_array_equal(settle(joints, root * np.nan, rays, scores, lengths, H36M_17, FPS), joints)


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_clips_shorter_than_what_is_averaged_over_are_settled(frames):
    joints, root = bodies(frames)
    settled = settle(joints, root, *seen(joints, root), 1.2 * lengths_of(joints), H36M_17, FPS)
    assert settled.shape == joints.shape
    assert np.abs(settled - joints).max() > 0.01


def test_a_keypoint_gone_astray_moves_little():
    joints, root = bodies(30)
    rays, scores = seen(joints, root)
    rays[:, H36M_17.index("left_wrist")] += 0.3
    settled = settle(joints, root, rays, scores, lengths_of(joints), H36M_17, FPS)
    strayed = 0.3 * 4.0  # metres at the body's distance
    assert np.abs(settled - joints).max() < strayed / 20.0


def test_it_looks_ahead_as_far_as_it_says():
    joints, root = bodies(40)
    rays, scores = seen(joints, root)
    lengths = 1.2 * lengths_of(joints)
    whole = settle(joints, root, rays, scores, lengths, H36M_17, FPS)
    reach = settle_look_ahead(FPS)
    part = slice(0, 20 + reach)
    cut = settle(joints[part], root[part], rays[part], scores[part], lengths, H36M_17, FPS)
    np.testing.assert_allclose(cut[:20], whole[:20], atol=1e-12)
    assert np.abs(cut[20] - whole[20]).max() > 1e-12
