"""Run by the programs' own Python: import a file with Blender's defaults and say where its bones are.

in_blender.py FILE OUT FRAME... writes {"fps": ..., "armatures": [{bone: [[x, y, z], ...], ...}, ...]} to OUT.
"""
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import json
import os
import sys
from pathlib import Path

import bpy

source, out, *frames = sys.argv[1:]
bpy.ops.wm.read_factory_settings(use_empty=True)
if source.endswith(".bvh"):
    bpy.ops.import_anim.bvh(filepath=source)
else:
    bpy.ops.import_scene.gltf(filepath=source)
scene = bpy.context.scene
bodies = sorted((each for each in bpy.data.objects if each.type == "ARMATURE"), key=lambda each: each.name)
places = [{bone.name: [] for bone in body.pose.bones} for body in bodies]
for frame in map(float, frames):
    scene.frame_set(int(frame), subframe=frame - int(frame))
    for body, place in zip(bodies, places, strict=True):
        for bone in body.pose.bones:
            place[bone.name].append(list(body.matrix_world @ bone.head))
rate = scene.render.fps / scene.render.fps_base
Path(out).write_text(json.dumps({"fps": rate, "armatures": places}))
# Blender's module falls over its own garbage when Python ends after importing glTF (bpy 4.2.0).
os._exit(0)
