"""A simple body for a rig: a rounded limb around each bone, so that animation can be seen before a character has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinelift.angles import Rig
from kinelift.geometry.rotations import cross, unit_vectors

SEGMENTS = 12
"""Around a limb."""
RINGS_RADIANS = np.radians([-90.0, -60.0, -30.0, 0.0, 0.0, 30.0, 60.0, 90.0])
"""Latitudes of a limb's rings; the first half lies about its start, the second about its end."""
THICKNESS: dict[str, tuple[float, float]] = {
    "hips": (0.075, 0.075), "spine": (0.14, 0.10), "chest": (0.15, 0.11), "neck": (0.05, 0.05), "head": (0.085, 0.085),
    "clavicle": (0.05, 0.05), "upper_arm": (0.045, 0.045), "forearm": (0.036, 0.036), "hand": (0.022, 0.04),
    "thigh": (0.07, 0.07), "shin": (0.05, 0.05), "foot": (0.042, 0.035), "toe": (0.04, 0.025), "heel": (0.03, 0.03),
}  # fmt: skip
"""Half the width and depth of the limb from each joint, metres, of a body whose legs are as long as LEGS."""
LEGS = 0.85
"""From hip to ankle, metres."""


@dataclass(frozen=True, eq=False)
class BodyMesh:
    """Triangles in the rest pose, each vertex carried by one joint."""

    vertices: Float[np.ndarray, "vertex 3"]
    """Metres, in the rig's rest pose."""
    normals: Float[np.ndarray, "vertex 3"]
    joints: Int[np.ndarray, " vertex"]
    """Index of the rig's joint that carries the vertex."""
    triangles: Int[np.ndarray, "triangle 3"]
    """Counter-clockwise seen from outside."""


def body_mesh(rig: Rig) -> BodyMesh:
    """Return a body for a rig, as thick as suits its legs."""
    places, size = rest_positions(rig), _legs(rig) / LEGS
    parts = []
    for joint, child in _limbs(rig):
        wide, deep = THICKNESS[_part(rig.names[joint])]
        start, end = places[joint], places[child]
        if not rig.children(child):  # it ends where the body does
            end = start + unit_vectors(end - start) * max(np.linalg.norm(end - start) - wide * size, 0.01)
        parts.append((joint, *_limb(start, end, wide * size, deep * size)))
    triangles = _triangles()
    count = len(RINGS_RADIANS) * SEGMENTS
    return BodyMesh(
        np.concatenate([vertices for _, vertices, _ in parts]),
        np.concatenate([normals for _, _, normals in parts]),
        np.repeat([joint for joint, _, _ in parts], count),
        np.concatenate([triangles + count * index for index in range(len(parts))]),
    )


def rest_positions(rig: Rig) -> Float[np.ndarray, "joint 3"]:
    """Return where each joint is in the rest pose, the root at 0."""
    places = rig.offsets.astype(np.float64).copy()
    for joint, parent in enumerate(rig.parents):
        if parent >= 0:
            places[joint] += places[parent]
    return places


def _limbs(rig: Rig) -> list[tuple[int, int]]:
    """Return the bones to draw: to each child that stands elsewhere, of several at one place the first."""
    limbs = []
    for joint in range(len(rig)):
        drawn: list[np.ndarray] = []
        for child in rig.children(joint):
            offset = rig.offsets[child]
            if np.linalg.norm(offset) > 1e-3 and all(
                np.linalg.norm(offset - other) > 1e-3 for other in drawn
            ):
                drawn.append(offset)
                limbs.append((joint, child))
    return limbs


def _limb(
    start: Float[np.ndarray, "3"], end: Float[np.ndarray, "3"], wide: float, deep: float
) -> tuple[Float[np.ndarray, "vertex 3"], Float[np.ndarray, "vertex 3"]]:
    """Return vertices and normals of a tube with rounded ends, `deep` being to the front and `wide` across."""
    along = unit_vectors(end - start)
    front = np.array([0.0, 0.0, 1.0]) if abs(along[2]) < 0.7 else np.array([0.0, 1.0, 0.0])
    across = unit_vectors(cross(along, front))
    frame = np.stack([across, unit_vectors(cross(along, across)), along])
    radii = np.array([wide, deep, min(wide, deep)])
    around = np.arange(SEGMENTS) * 2.0 * np.pi / SEGMENTS
    latitude, longitude = np.meshgrid(RINGS_RADIANS, around, indexing="ij")
    sphere = np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)],
        axis=-1,
    )
    halves = np.arange(len(RINGS_RADIANS)) >= len(RINGS_RADIANS) // 2
    centres = np.where(halves[:, None, None], end, start)
    vertices = centres + (sphere * radii) @ frame
    normals = unit_vectors((sphere / radii) @ frame)
    return vertices.reshape(-1, 3), normals.reshape(-1, 3)


def _triangles() -> Int[np.ndarray, "triangle 3"]:
    """Return the triangles between the rings of one limb; at its poles, where a ring is a point, one of each two."""
    triangles = []
    last = len(RINGS_RADIANS) - 2
    for ring in range(last + 1):
        for segment in range(SEGMENTS):
            a, b = (ring * SEGMENTS + (segment + step) % SEGMENTS for step in (0, 1))
            if ring < last:
                triangles.append((b, b + SEGMENTS, a + SEGMENTS))
            if ring > 0:
                triangles.append((a, b, a + SEGMENTS))
    return np.array(triangles)


def _legs(rig: Rig) -> float:
    """Return how long the legs are, metres."""
    return float(sum(np.linalg.norm(rig.offsets[rig.index(f"left_{part}")]) for part in ("shin", "foot")))


def _part(joint: str) -> str:
    return joint.removeprefix("left_").removeprefix("right_")
