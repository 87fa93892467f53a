"""Where a detector would mark a lifted body: joints it has, and a face put on from nose, crown and neck."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from kinelift.body.skeleton import COCO_23, H36M_21
from kinelift.sampling.bodies import FACE_FROM_HEAD
from kinelift.sampling.recombination import unit

_NOSE, _CROWN = (np.array(FACE_FROM_HEAD[name]) for name in ("nose", "crown"))
_RISE = _CROWN - _NOSE
_LENGTH = float(np.hypot(_RISE[1], _RISE[2]))
_UP, _BACK = _RISE[1] / _LENGTH, -_RISE[2] / _LENGTH
_TOES = {f"{side}_{size}_toe": f"{side}_toe" for side in ("left", "right") for size in ("big", "small")}


def detector_marks(
    joints: Float[np.ndarray, "*batch 21 3"],
) -> Float[np.ndarray, "*batch 23 3"]:
    """Return the points of COCO_23 on bodies of H36M_21, metres, Y up.

    Nose, crown and the base of the neck lie in the plane between the head's halves, whichever way it is turned; with
    the shape of a head, that tells where eyes and ears are.
    """
    nose, crown, neck = (joints[..., H36M_21.index(name), :] for name in ("nose", "head", "thorax"))
    rise = unit(crown - nose)
    left = unit(np.cross(crown - neck, nose - neck))
    across = np.cross(left, rise)
    up, forward = _UP * rise + _BACK * across, _UP * across - _BACK * rise
    scale = np.linalg.norm(crown - nose, axis=-1, keepdims=True) / _LENGTH
    marks = np.empty((*joints.shape[:-2], len(COCO_23), 3), joints.dtype)
    for index, name in enumerate(COCO_23.names):
        if name in FACE_FROM_HEAD:
            aside, above, ahead = np.array(FACE_FROM_HEAD[name]) - _NOSE
            marks[..., index, :] = nose + scale * (aside * left + above * up + ahead * forward)
        else:
            marks[..., index, :] = joints[..., H36M_21.index(_TOES.get(name, name)), :]
    return marks
