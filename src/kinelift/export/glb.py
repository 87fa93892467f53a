"""GLB, binary glTF 2.0: everybody as a simple skinned body that moves; for game engines, browsers and Blender.

Metres, Y up, facing +Z with the left hand at +X, as glTF has it. Time 0 is the first frame; the asset's extras say at
which second of the source that is, and those of each person's node what was observed, infilled and doubtful. The rest
pose is a T-pose, and joints turn along the shorter way between frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinelift.angles import JointAngles, Rig, joint_angles
from kinelift.export.body_mesh import body_mesh, rest_positions
from kinelift.export.gltf_document import INDICES, VERTICES, GltfDocument
from kinelift.export.joint_names import joint_names
from kinelift.export.span_fields import span_fields
from kinelift.export.takes import Take, TakeFormat, Wording
from kinelift.whole_files import replacing

AXES = "Y up, whoever faces the camera faces +Z, left hand at +X; metres"
COLOURS = ((0.22, 0.45, 0.75), (0.85, 0.45, 0.20), (0.30, 0.62, 0.38), (0.62, 0.38, 0.66))
"""Of people in turn, linear."""


def write_glb(takes: Sequence[Take], path: Path, wording: Wording) -> tuple[Path, ...]:
    """Write everybody to one file, in one scene and one animation."""
    start = float(takes[0].times_seconds[0])
    document = GltfDocument({"axes": AXES, "fps": takes[0].motion.fps, "start_seconds": start})
    animation = document.names.Animation(name=path.stem)
    for index, take in enumerate(takes):
        angles = joint_angles(take.motion)
        person = f"person_{take.person_id}"
        nodes = _add_joints(document, angles, joint_names(angles.rig, wording.naming), person)
        _add_body(document, angles.rig, nodes, person, COLOURS[index % len(COLOURS)])
        _add_motion(document, animation, angles, nodes)
        if take.spans:
            fields = [span_fields(span, take.times_seconds, take.motion.fps) for span in take.spans]
            document.gltf.nodes[nodes[0] - 1].extras = {"quality_spans": fields}
    document.gltf.animations = [animation]
    with replacing(path) as temporary:
        document.save(temporary)
    return (path,)


GLB = TakeFormat(".glb", write_glb, units=("m",), named=True)


def _add_joints(
    document: GltfDocument, angles: JointAngles, names: tuple[str, ...], person: str
) -> list[int]:
    """Append a node for each joint, under one for the person, and return the joints' indices.

    Without a node of their own Blender takes people whose joints start at the scene for one armature.
    """
    rig, nodes, node = angles.rig, document.gltf.nodes, document.names.Node
    first = len(nodes) + 1
    nodes.append(node(name=person, children=[first]))
    document.gltf.scenes[0].nodes.append(first - 1)
    for joint, name in enumerate(names):
        place = angles.root[0] if rig.parents[joint] < 0 else rig.offsets[joint]
        children = [first + child for child in rig.children(joint)]
        nodes.append(node(name=name, translation=place.tolist(), children=children))
    return list(range(first, first + len(rig)))


def _add_body(
    document: GltfDocument, rig: Rig, nodes: list[int], name: str, colour: tuple[float, float, float]
) -> None:
    """Append a mesh, its skin and the node that joins them."""
    gltf, names, body = document.gltf, document.names, body_mesh(rig)
    carried_by = np.zeros((len(body.joints), 4), np.uint16)
    carried_by[:, 0] = body.joints
    weights = np.zeros((len(body.joints), 4), np.float32)
    weights[:, 0] = 1.0
    attributes = names.Attributes(
        POSITION=document.add(body.vertices.astype(np.float32), target=VERTICES, bounds=True),
        NORMAL=document.add(body.normals.astype(np.float32), target=VERTICES),
        JOINTS_0=document.add(carried_by, target=VERTICES),
        WEIGHTS_0=document.add(weights, target=VERTICES),
    )
    triangles = document.add(body.triangles.reshape(-1).astype(np.uint32), target=INDICES)
    surface = names.PbrMetallicRoughness(
        baseColorFactor=[*colour, 1.0], metallicFactor=0.0, roughnessFactor=0.8
    )
    gltf.materials.append(names.Material(name=name, pbrMetallicRoughness=surface))
    part = names.Primitive(attributes=attributes, indices=triangles, material=len(gltf.materials) - 1)
    gltf.meshes.append(names.Mesh(name=name, primitives=[part]))
    to_joints = np.tile(np.eye(4, dtype=np.float32), (len(rig), 1, 1))
    to_joints[:, 3, :3] = -rest_positions(rig)  # column by column, as glTF has matrices
    skin = names.Skin(name=name, joints=nodes, skeleton=nodes[0], inverseBindMatrices=document.add(to_joints))
    gltf.skins.append(skin)
    gltf.nodes.append(names.Node(name=f"{name}_body", mesh=len(gltf.meshes) - 1, skin=len(gltf.skins) - 1))
    gltf.scenes[0].nodes.append(len(gltf.nodes) - 1)


def _add_motion(document: GltfDocument, animation: Any, angles: JointAngles, nodes: list[int]) -> None:
    """Append the root's path and every joint's turns to an animation."""
    names = document.names
    times = document.add((np.arange(len(angles)) / angles.fps).astype(np.float32), bounds=True)

    def add(joint: int, path: str, values: np.ndarray) -> None:
        output = document.add(values.astype(np.float32))
        animation.samplers.append(names.AnimationSampler(input=times, output=output, interpolation="LINEAR"))
        target = names.AnimationChannelTarget(node=nodes[joint], path=path)
        animation.channels.append(names.AnimationChannel(sampler=len(animation.samplers) - 1, target=target))

    add(0, "translation", angles.root)
    for joint in range(len(angles.rig)):
        if angles.rig.children(joint):
            xyzw = np.roll(angles.rotations[:, joint], -1, axis=-1)
            add(joint, "rotation", xyzw)
