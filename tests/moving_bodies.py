"""Made-up motion for tests: trials and small engines that need no data."""

import numpy as np

from kinelift.body import MOCAP_20
from kinelift.datasets.mocap import MocapTrial
from kinelift.sampling.mocap_engine import MocapConfig, MocapEngine
from kinelift.sampling.noise_config import NoiseConfig

SILENT = NoiseConfig(
    jitter_range=(1e-9, 1e-8),
    drift_range=(1e-9, 1e-8),
    bias_sd=0.0,
    hip_shift_sd=(0.0, 0.0),
    shoulder_shift_sd=(0.0, 0.0),
    outliers=0.0,
    exchanged=0.0,
    leaps=0.0,
    occluded=0.0,
    truncated=0.0,
    lost_clips=0.0,
    lost_frames=0.0,
    faceless=0.0,
    footless=0.0,
    told_sd=0.0,
    scoreless=0.0,
)
"""A detector that errs in nothing."""

REST = {
    "pelvis": (0.0, 0.93, 0.0),
    "left_hip": (0.09, 0.90, 0.0),
    "left_knee": (0.10, 0.49, 0.02),
    "left_ankle": (0.10, 0.08, 0.0),
    "left_toe": (0.11, 0.02, 0.14),
    "right_hip": (-0.09, 0.90, 0.0),
    "right_knee": (-0.10, 0.49, 0.02),
    "right_ankle": (-0.10, 0.08, 0.0),
    "right_toe": (-0.11, 0.02, 0.14),
    "spine": (0.0, 1.12, -0.01),
    "thorax": (0.0, 1.28, -0.02),
    "head": (0.0, 1.53, 0.01),
    "head_top": (0.0, 1.63, 0.02),
    "left_shoulder": (0.18, 1.42, 0.0),
    "left_elbow": (0.25, 1.15, 0.0),
    "left_wrist": (0.28, 0.90, 0.05),
    "right_shoulder": (-0.18, 1.42, 0.0),
    "right_elbow": (-0.25, 1.15, 0.0),
    "right_wrist": (-0.28, 0.90, 0.05),
    "neck": (0.0, 1.46, -0.01),
}


def swaying_trial(frames: int = 200, fps: float = 60.0, seed: int = 0, name: str = "01_01") -> MocapTrial:
    """Return a stiff body that walks forward, turns and swings its arms out and back."""
    rng = np.random.default_rng(seed)
    rest = np.array([REST[n] for n in MOCAP_20.names])
    time = np.arange(frames) / fps
    joints = np.repeat(rest[None], frames, 0)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        shoulder = MOCAP_20.index(f"{side}_shoulder")
        swing = sign * (0.8 + 0.5 * np.sin(2.0 * time + rng.uniform(0, 6)))
        for joint in (MOCAP_20.index(f"{side}_elbow"), MOCAP_20.index(f"{side}_wrist")):
            arm = rest[joint] - rest[shoulder]
            turned = np.stack(
                [
                    arm[0] * np.cos(swing) - arm[1] * np.sin(swing),
                    arm[0] * np.sin(swing) + arm[1] * np.cos(swing),
                    np.full(frames, arm[2]),
                ],
                -1,
            )
            joints[:, joint] = rest[shoulder] + turned
    yaw = 0.4 * np.sin(time + rng.uniform(0, 6))
    turn = np.zeros((frames, 3, 3))
    turn[:, 0, 0] = turn[:, 2, 2] = np.cos(yaw)
    turn[:, 0, 2], turn[:, 2, 0], turn[:, 1, 1] = np.sin(yaw), -np.sin(yaw), 1.0
    joints = np.einsum("tij,tkj->tki", turn, joints)
    joints[..., 2] += 0.9 * time[:, None]
    return MocapTrial(
        joints.astype(np.float32), MOCAP_20.names, turn.astype(np.float32), fps, name.split("_")[0], name
    )


def small_engine(clips: int = 24, receptive_field: int = 9, seed: int = 7, **changes: object) -> MocapEngine:
    """Return an engine over two made-up trials."""
    trials = [swaying_trial(), swaying_trial(150, seed=1, name="02_01")]
    config = MocapConfig(clips=clips, targets_per_clip=6, **changes)  # pyright: ignore[reportArgumentType]
    return MocapEngine(trials, config, receptive_field=receptive_field, seed=seed)
