"""GLB: read by pygltflib and moved by its own nodes and samplers, it has joints where they are."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

import kinelift as kl
from kinelift.angles import joint_angles, rig_positions
from kinelift.export.body_mesh import body_mesh
from kinelift.geometry.rotations import multiply_quaternions, rotate
from tests.export.motions import TENTH_OF_MM, in_world, two_walkers

pygltflib = pytest.importorskip("pygltflib")
SIZES = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}
TYPES = {5126: "<f4", 5123: "<u2", 5125: "<u4"}


class Opened:
    """A file as glTF's own document and numbers."""

    def __init__(self, path: Path) -> None:
        self.gltf = pygltflib.GLTF2().load_binary(str(path))
        self._blob = self.gltf.binary_blob()

    def array(self, accessor: int) -> np.ndarray:
        """Return the numbers of an accessor."""
        said = self.gltf.accessors[accessor]
        start = self.gltf.bufferViews[said.bufferView].byteOffset
        count = said.count * SIZES[said.type]
        values = np.frombuffer(self._blob, TYPES[said.componentType], count, start)
        return values.reshape(said.count, -1).squeeze()

    def positions(self, skin: int) -> dict[str, np.ndarray]:
        """Return where each joint of a skin is over time, by walking the nodes."""
        moved = {
            (channel.target.node, channel.target.path): self.array(
                self.gltf.animations[0].samplers[channel.sampler].output
            )
            for channel in self.gltf.animations[0].channels
        }
        frames = len(next(iter(moved.values())))
        placed: dict[str, np.ndarray] = {}

        def walk(node: int, place: np.ndarray, turn: np.ndarray) -> None:
            said = self.gltf.nodes[node]
            offset = np.broadcast_to(
                moved.get((node, "translation"), np.array(said.translation)), (frames, 3)
            )
            xyzw = np.broadcast_to(moved.get((node, "rotation"), np.array([0.0, 0.0, 0.0, 1.0])), (frames, 4))
            here = place + rotate(turn, offset)
            placed[said.name] = here
            for child in said.children or []:
                walk(child, here, multiply_quaternions(turn, np.roll(xyzw, 1, axis=-1)))

        still = np.broadcast_to([1.0, 0.0, 0.0, 0.0], (frames, 4))
        walk(self.gltf.skins[skin].joints[0], np.zeros((frames, 3)), still)
        return placed


def test_joints_are_where_forward_kinematics_has_them(tmp_path):
    recording = two_walkers()
    (path,) = kl.write(recording, tmp_path / "a.glb")
    for skin, motion in enumerate(in_world(recording)):
        angles, placed = joint_angles(motion), Opened(path).positions(skin)
        expected = rig_positions(angles)
        for joint, name in enumerate(angles.rig.names):
            assert abs(placed[name] - expected[:, joint]).max() < TENTH_OF_MM


def test_seconds_are_the_motions_and_the_start_is_said(tmp_path):
    (path,) = kl.write(two_walkers(), tmp_path / "a.glb")
    opened = Opened(path)
    times = opened.array(opened.gltf.animations[0].samplers[0].input)
    np.testing.assert_allclose(times, np.arange(60) / 30.0, atol=1e-6)
    assert opened.gltf.asset.extras["start_seconds"] == 2.0


def test_joints_carry_the_names_asked_for(tmp_path, demo_motion):
    (path,) = kl.write(demo_motion, tmp_path / "a.glb", naming="unreal")
    names = {node.name for node in Opened(path).gltf.nodes}
    assert {"pelvis", "upperarm_l", "calf_r"} <= names


def test_every_turn_is_of_length_1_and_the_short_way(tmp_path, demo_motion):
    (path,) = kl.write(demo_motion, tmp_path / "a.glb")
    opened = Opened(path)
    for channel in opened.gltf.animations[0].channels:
        if channel.target.path == "rotation":
            turns = opened.array(opened.gltf.animations[0].samplers[channel.sampler].output)
            np.testing.assert_allclose(np.linalg.norm(turns, axis=-1), 1.0, atol=1e-5)
            assert (turns[1:] * turns[:-1]).sum(axis=-1).min() > 0.0


def test_the_body_is_closed_and_faces_outwards(demo_motion):
    """The volume that its triangles enclose is that of a slim person."""
    body = body_mesh(joint_angles(demo_motion).rig)
    a, b, c = body.vertices[body.triangles].transpose(1, 0, 2)
    volume = (a * np.cross(b, c)).sum() / 6.0
    assert 0.02 < volume < 0.12
    faces = np.cross(b - a, c - a)
    assert ((faces * body.normals[body.triangles].sum(axis=1)).sum(axis=-1) > 0).all()


def test_the_file_says_its_own_length(tmp_path, demo_motion):
    (path,) = kl.write(demo_motion, tmp_path / "a.glb")
    content = path.read_bytes()
    magic, version, length, chunk = struct.unpack("<4sIII", content[:16])
    assert (magic, version, length) == (b"glTF", 2, len(content))
    assert json.loads(content[20 : 20 + chunk])["asset"]["version"] == "2.0"


def test_other_units_are_refused(tmp_path, demo_motion):
    with pytest.raises(ValueError, match=r"units: m for \.glb, got 'cm'"):
        kl.write(demo_motion, tmp_path / "a.glb", units="cm")


def test_what_was_observed_infilled_and_doubtful_is_with_each_person(tmp_path):
    recording = two_walkers()
    (path,) = kl.write(recording, tmp_path / "a.glb")
    gltf = pygltflib.GLTF2().load_binary(str(path))
    told = {node.name: node.extras["quality_spans"] for node in gltf.nodes if node.extras}
    assert set(told) == {"person_0", "person_1"}
    kinds = [span["kind"] for span in told["person_1"]]
    assert kinds == ["observed", "doubtful", "observed", "infilled", "observed"]
    assert told["person_1"][1]["start_seconds"] == pytest.approx(2 + 20 / 30, abs=1e-5)
