"""One person's keypoints to a moving body, however long the clip."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from kinelift.body import Camera, Motion, Skeleton, Stature
from kinelift.body.rows import (
    KeypointRows,
    MadeRows,
    MotionRows,
    PersonRows,
    Rows,
    Scratch,
    Spool,
    stretches,
)
from kinelift.lifting import Lifter, Network
from kinelift.lifting.stretches import StretchLifter
from kinelift.passes.doubting import told_spans
from kinelift.passes.marks import Marks, read_marks, reprojection_error
from kinelift.passes.standing import Body, stand
from kinelift.passes.steadying import steady_root
from kinelift.placing import fix_bones, limit_turns, place_root, stature, trusted_poses
from kinelift.placing.bones import root_between_hips
from kinelift.placing.fitting import BoneFit
from kinelift.placing.gaps import infill_stretch
from kinelift.placing.ground import Stance
from kinelift.placing.infill import LONGEST_LIFTED_GAP_SECONDS
from kinelift.placing.settle import settle, settle_look_ahead
from kinelift.placing.smooth import smooth_body, smooth_look_ahead
from kinelift.tracking.bridge import bridge_rows
from kinelift.tracking.one_body import Progress, follow_one_body

STRETCH_FRAMES = 4096
"""Frames in memory at a time unless told; shorter clips are lifted in one piece."""

FLOAT, SINGLE = np.dtype(np.float64), np.dtype(np.float32)


@dataclass(frozen=True, eq=False)
class LiftSettings:
    """How to lift."""

    network: Network
    camera: Camera
    height: float | None = None
    """Standing stature in metres, sole to crown; None takes the size the network expects of the proportions."""
    mirror: bool = True
    """Whether to average with the answer for the mirrored body."""
    smooth_seconds: float = 0.0
    """Half the span that joints are smoothed over; 0 leaves them as they are."""

    lock_feet: bool = True
    """Whether feet that stand are held where they do."""

    @property
    def skeleton(self) -> Skeleton:
        """The joints that will be."""
        return self.network.facts.output_skeleton


class NobodyToLiftError(ValueError):
    """Too little of a body is seen in somebody's keypoints."""


@dataclass(frozen=True, eq=False)
class LiftedPerson:
    """A person and what is told of the ground below."""

    person: PersonRows
    stance: Stance | None
    """None of bodies without toes and heels, as the following."""
    standing: Rows | None = None
    """(frame, 4) Which of FOOT_POINTS touch the floor."""


def lift_clip(
    clip: KeypointRows,
    settings: LiftSettings,
    scratch: Scratch,
    *,
    id: int = 0,
    progress: Progress | None = None,
    stretch_frames: int | None = None,
) -> LiftedPerson:
    """Lift one person's keypoints; the result is read from `scratch`, which must stay open for it.

    Pass 1 finds what cannot be the person, pass 2 lifts and fits the bones, pass 3 gives every frame these bones and
    places it, further ones steady the path in depth and stand the body on its feet. Raises ValueError where nobody can
    be seen in enough of the keypoints.
    """
    stretch_frames = STRETCH_FRAMES if stretch_frames is None else stretch_frames
    followed = follow_one_body(clip, scratch, stretch_frames, progress)
    work = _Work(followed, settings, scratch, progress, stretch_frames)
    lifted = _lift(work)
    placed = _place(work, lifted)
    steady = steady_root(placed.root, placed.trust, clip.fps, scratch, stretch_frames)
    moved, observed = _moved(work, placed, steady)
    body = Body(moved, observed, lifted.bone_lengths, settings.skeleton, clip.fps)
    stood = stand(body, scratch, work.stretches)
    held = stood.joints if stood is not None and settings.lock_feet else moved
    motion, reprojection = _measured(work, held, observed)
    errors = _where_observed(placed.errors, motion.observed)
    spans = told_spans(motion, reprojection, errors, settings.camera, stretch_frames)
    tall = _stature(settings, lifted)
    person = PersonRows(id, followed, motion, reprojection, errors, spans, tall)
    if stood is None:
        return LiftedPerson(person, None)
    return LiftedPerson(person, stood.stance, stood.standing)


def _stature(settings: LiftSettings, lifted: _Lifted) -> Stature | None:
    if settings.height is not None:
        return Stature.given(settings.height)
    try:
        return Stature.guessed(stature(lifted.bone_lengths, settings.skeleton))
    except ValueError:  # a skeleton without legs
        return None


@dataclass(frozen=True, eq=False)
class _Work:
    """What every pass is given."""

    keypoints: KeypointRows
    settings: LiftSettings
    scratch: Scratch
    progress: Progress | None
    stretch_frames: int

    def stretches(self, doing: str) -> Iterator[slice]:
        for part in stretches(len(self.keypoints), self.stretch_frames):
            if self.progress is not None:
                self.progress(doing, part.start, len(self.keypoints))
            yield part

    def spool(self, *row: int, dtype: np.dtype[Any] = SINGLE) -> Spool:
        return self.scratch.spool(len(self.keypoints), row, dtype)

    def marks(self, part: slice) -> Marks:
        return read_marks(self.keypoints[part], self.settings.skeleton, self.settings.camera)

    def nobody(self) -> NobodyToLiftError:
        return NobodyToLiftError(
            f"nobody to lift: no frame of {self.keypoints} shows enough of a body in front of the camera "
            "(four joints among shoulders, elbows, wrists, hips, knees, ankles and nose)."
        )


@dataclass(frozen=True, eq=False)
class _Lifted:
    joints: Spool
    """Relative to joint 0, as the network has them."""
    errors: Rows
    """How far the network expects each joint to be off; NaN where too little of a body is seen."""
    found: Rows
    """Where enough of a body is seen in front of the camera."""
    bone_lengths: Float[np.ndarray, " bone"]
    scale: float
    """What the network's bodies must be made larger by to have the height that was given; 1 without one."""


@dataclass(frozen=True, eq=False)
class _Placed:
    joints: Rows
    """Relative to joint 0, with bones of one length."""
    errors: Rows
    """How far each is expected to be off: by the network, and what rays and bones moved it by, in quadrature."""
    root: Rows
    trust: Rows

    def observed(self, start: int, stop: int) -> Bool[np.ndarray, " frame"]:
        return self.trust[start:stop] > 0


def _lift(work: _Work) -> _Lifted:
    settings, skeleton = work.settings, work.settings.skeleton
    joints, errors, found = (
        work.spool(len(skeleton), 3),
        work.spool(len(skeleton)),
        work.spool(dtype=np.dtype(bool)),
    )
    lifter = StretchLifter(
        Lifter(settings.network, settings.mirror), bridge_rows(work.keypoints), settings.camera
    )
    bones = BoneFit(skeleton)
    for part in work.stretches("lifting"):
        lifted, marks = lifter.lift(part.start, part.stop), work.marks(part)
        seen = place_root(lifted.joints, marks.rays, marks.exact_scores).observed
        bones.add(lifted.joints[seen])
        joints.append(lifted.joints)
        errors.append(np.where(seen[:, None], lifted.expected_error_m, np.float32(np.nan)))
        found.append(seen)
    if not bones.frames:
        raise work.nobody()
    lengths = bones.lengths()
    scale = 1.0 if settings.height is None else settings.height / stature(lengths, skeleton)
    return _Lifted(joints, errors, found, lengths * scale, scale)


def _place(work: _Work, lifted: _Lifted) -> _Placed:
    """Turn root-relative joints into a body of constant bones that stands where its keypoints say."""
    skeleton, fps = work.settings.skeleton, work.keypoints.fps
    joints, errors = work.spool(len(skeleton), 3), work.spool(len(skeleton))
    root, trust = work.spool(3, dtype=FLOAT), work.spool(dtype=FLOAT)
    before, any_observed = np.zeros((0, len(skeleton), 3), np.float32), False
    for part in work.stretches("placing"):
        settled, moved = _settled(work, lifted, part)
        fixed = fix_bones(settled, lifted.bone_lengths, skeleton)
        limited = limit_turns(np.concatenate((before, fixed)), skeleton, fps)[len(before) :]
        marks, before = work.marks(part), limited[-1:]
        placed = place_root(limited, marks.rays, marks.exact_scores)
        any_observed = any_observed or bool(placed.observed.any())
        joints.append(limited)
        errors.append(np.hypot(lifted.errors[part] * lifted.scale, moved))
        root.append(placed.root)
        trust.append(placed.trust)
    if not any_observed:
        raise work.nobody()
    lifted.joints.close()
    return _Placed(joints, errors, root, trust)


def _settled(
    work: _Work, lifted: _Lifted, part: slice
) -> tuple[Float[np.ndarray, "frame joint 3"], Float[np.ndarray, "frame joint"]]:
    """Bring a stretch's poses into agreement with its rays and the clip's bones; tell how far that moves joints."""
    fps, frames = work.keypoints.fps, len(work.keypoints)
    reach = settle_look_ahead(fps)
    around = slice(max(part.start - reach, 0), min(part.stop + reach, frames))
    posed = infill_stretch(lifted.joints, _trusted(lifted.found, around, fps), lifted.found, around.start)
    posed, marks = posed * np.float32(lifted.scale), work.marks(around)
    root = place_root(posed, marks.rays, marks.exact_scores).root
    settled = settle(
        posed, root, marks.rays, marks.exact_scores, lifted.bone_lengths, work.settings.skeleton, fps
    )
    own = slice(part.start - around.start, part.stop - around.start)
    settled = root_between_hips(settled, work.settings.skeleton)
    return settled[own], np.linalg.norm(settled[own] - posed[own], axis=-1)


def _trusted(found: Rows, part: slice, fps: float) -> Bool[np.ndarray, " frame"]:
    """Tell which poses of a stretch to keep; see `trusted_poses`."""
    start = max(part.start - math.ceil(LONGEST_LIFTED_GAP_SECONDS * fps) - 1, 0)
    stop = part.stop + math.ceil(LONGEST_LIFTED_GAP_SECONDS * fps) + 1
    return trusted_poses(found[start:stop], fps)[part.start - start : part.stop - start]


def _where_observed(errors: Rows, observed: Rows) -> Rows:
    """Leave errors out where a row was infilled after all."""

    def made(start: int, stop: int) -> Float[np.ndarray, "frame joint"]:
        return np.where(observed[start:stop][:, None], errors[start:stop], np.float32(np.nan))

    return MadeRows(errors.shape, errors.dtype, made)


def _moved(work: _Work, placed: _Placed, steady: Rows) -> tuple[Rows, Rows]:
    """Carry the path across gaps and move the body along it; return its joints and where it was observed."""
    keypoints, skeleton, frames = work.keypoints, work.settings.skeleton, len(work.keypoints)
    observed = MadeRows((frames,), np.dtype(bool), placed.observed)
    joints = work.spool(len(skeleton), 3)
    seconds = work.settings.smooth_seconds
    reach = smooth_look_ahead(seconds, keypoints.fps)
    for part in work.stretches("putting together"):
        around = slice(max(part.start - reach, 0), min(part.stop + reach, frames))
        root = infill_stretch(steady, observed[around], observed, around.start)
        moved = (placed.joints[around] + root[:, None].astype(np.float32)).astype(np.float32)
        if reach:
            errors = np.where(observed[around][:, None], placed.errors[around], np.nan)
            moved = smooth_body(moved, errors, skeleton, keypoints.fps, seconds)
        joints.append(moved[part.start - around.start : part.stop - around.start])
    return joints, observed


def _measured(work: _Work, joints: Rows, observed: Rows) -> tuple[MotionRows, Rows]:
    """Make joints a motion, and measure how well it explains the keypoints."""
    keypoints, skeleton = work.keypoints, work.settings.skeleton
    kept, scores, error = work.spool(len(skeleton), 3), work.spool(len(skeleton)), work.spool(dtype=FLOAT)
    for part in work.stretches("measuring"):
        seen, marks = observed[part], work.marks(part)
        marked = np.where(seen[:, None], marks.scores, 0.0).astype(np.float32)
        motion = Motion(joints[part], seen, marked, skeleton, keypoints.fps)
        kept.append(motion.joints)
        scores.append(motion.scores)
        error.append(reprojection_error(motion, marks, work.settings.camera))
    return MotionRows(kept, observed, scores, skeleton, keypoints.fps), error
