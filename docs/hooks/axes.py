"""Draw the axes of the conventions page as inline SVG, through the very projection they describe."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body import H36M_17, Camera
from kinelift.geometry import project

Point = Float[np.ndarray, "3"]

RED, GREEN, BLUE = "#d33", "#2a2", "#36f"
SIZE = (720, 360)

# A standing body of 1.7 m in the world: X to its left, Y up, Z the way it looks; in the order of h36m_17.
STANDING = np.array([
    (0.0, 0.92, 0.0), (-0.13, 0.92, 0.0), (-0.14, 0.50, 0.02), (-0.15, 0.08, -0.02), (0.13, 0.92, 0.0),
    (0.14, 0.50, 0.02), (0.15, 0.08, -0.02), (0.0, 1.15, -0.02), (0.0, 1.40, 0.0), (0.0, 1.53, 0.08),
    (0.0, 1.70, 0.02), (0.17, 1.38, 0.0), (0.24, 1.11, 0.0), (0.27, 0.87, 0.06), (-0.17, 1.38, 0.0),
    (-0.24, 1.11, 0.0), (-0.27, 0.87, 0.06),
])  # fmt: skip

CAMERA_STANDS = np.array([0.0, 1.2, 3.0])
"""Where the drawn camera stands in the world, looking along -Z at the body."""


@dataclass(frozen=True)
class View:
    """The eye a drawing is made for."""

    eye: Point
    target: Point
    camera: Camera

    def lines(self, *points: Point) -> str:
        """Return where a path of world points runs in the drawing."""
        forward = _unit(self.target - self.eye)
        right = _unit(np.cross(forward, (0.0, 1.0, 0.0)))
        camera_from_world = np.stack([right, np.cross(forward, right), forward])
        pixels = project(self.camera, (np.array(points) - self.eye) @ camera_from_world.T)
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in pixels)


VIEW = View(np.array([3.6, 2.6, 5.4]), np.array([0.0, 0.82, 1.3]), Camera.from_fov(50.0, SIZE))


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the drawings where a page asks for them (called by mkdocs)."""
    return markdown.replace("<!-- axes: image -->", image_axes()).replace(
        "<!-- axes: space -->", space_axes()
    )


def image_axes() -> str:
    """Draw an image of 6 x 4 pixels: its corners, its axes and the centre of its first pixel."""
    left, top, pixel, columns, rows = 200, 60, 52, 6, 4
    right, bottom = left + columns * pixel, top + rows * pixel
    grid = [
        _path(f"{left + i * pixel},{top} {left + i * pixel},{bottom}", opacity=0.25)
        for i in range(columns + 1)
    ]
    grid += [
        _path(f"{left},{top + i * pixel} {right},{top + i * pixel}", opacity=0.25) for i in range(rows + 1)
    ]
    half = pixel / 2
    return _svg([
        *grid,
        _arrow(f"{left},{top} {left + 2 * pixel},{top}", RED),
        _arrow(f"{left},{top} {left},{top + 2 * pixel}", GREEN),
        _text(left + 2 * pixel + 10, top - 8, "x", RED),
        _text(left - 18, top + 2 * pixel + 4, "y", GREEN),
        _dot(left, top),
        _text(left - 12, top - 10, "(0, 0)", anchor="end"),
        _dot(left + half, top + half),
        _text(left + half + 8, top + half + 5, "(0.5, 0.5): the first pixel's centre"),
        _dot(right, bottom),
        _text(right + 10, bottom + 18, "(6, 4) = (width, height)", anchor="middle"),
        _dot((left + right) / 2, (top + bottom) / 2),
        _text((left + right) / 2 + 8, (top + bottom) / 2 + 5, "a centred lens: (3, 2)"),
    ])  # fmt: skip


def space_axes() -> str:
    """Draw a body on the floor before a camera, with the world's axes and the camera's."""
    floor = [
        _path(VIEW.lines(np.array(a, float), np.array(b, float)), opacity=0.2)
        for i in range(-1, 4)
        for a, b in (((-2, 0, i), (2, 0, i)), ((i - 1, 0, -1), (i - 1, 0, 3)))
    ]
    bones = [_path(VIEW.lines(STANDING[a], STANDING[b]), width=3) for a, b in H36M_17.bones]
    # The camera's axes in the world: x right, y down, z forward is (X, -Y, -Z).
    camera_axes = (("x", RED, (1, 0, 0)), ("y", GREEN, (0, -1, 0)), ("z", BLUE, (0, 0, -1)))
    world_axes = (("X", RED, (1, 0, 0)), ("Y", GREEN, (0, 1, 0)), ("Z", BLUE, (0, 0, 1)))
    origin = np.array([-1.0, 0.0, 0.0])
    return _svg([
        *floor,
        *bones,
        *_frustum(),
        *(_axis(CAMERA_STANDS, np.array(way) * 0.55, name, colour) for name, colour, way in camera_axes),
        *(_axis(origin, np.array(way) * 0.7, name, colour) for name, colour, way in world_axes),
        _label(CAMERA_STANDS + (0.0, 0.85, 0.0), "camera: x right, y down, z forward"),
        _label(origin + (-0.2, 1.05, 0.0), "world: Y up, floor at 0"),
    ])  # fmt: skip


def _frustum() -> list[str]:
    corners = [CAMERA_STANDS + (x * 0.4, y * 0.25, -0.5) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    sides = [_path(VIEW.lines(CAMERA_STANDS, corner), opacity=0.5) for corner in corners]
    return [*sides, _path(VIEW.lines(*corners, corners[0]), opacity=0.5)]


def _axis(origin: Point, way: Point, name: str, colour: str) -> str:
    x, y = VIEW.lines(origin + way * 1.2).split(",")
    return _arrow(VIEW.lines(origin, origin + way), colour) + _text(
        float(x), float(y) + 5, name, colour, "middle"
    )


def _label(place: Point, text: str) -> str:
    x, y = VIEW.lines(place).split(",")
    return _text(float(x), float(y), text, anchor="middle")


def _svg(parts: list[str]) -> str:
    markers = "".join(
        f'<marker id="arrow-{colour[1:]}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" '
        f'orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
        for colour in (RED, GREEN, BLUE)
    )
    width, height = SIZE
    style = 'font-family="sans-serif" font-size="15" style="max-width:100%;height:auto"'
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" {style}>{markers}{"".join(parts)}</svg>'


def _path(
    points: str, colour: str = "currentColor", width: float = 1.5, opacity: float = 1.0, end: str = ""
) -> str:
    stroke = f'stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}" stroke-linecap="round"'
    return f'<polyline points="{points}" fill="none" {stroke}{end}/>'


def _arrow(points: str, colour: str) -> str:
    return _path(points, colour, 3, end=f' marker-end="url(#arrow-{colour[1:]})"')


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="4" fill="currentColor"/>'


def _text(x: float, y: float, text: str, colour: str = "currentColor", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{text}</text>'


def _unit(vector: Point) -> Point:
    return vector / np.linalg.norm(vector)
