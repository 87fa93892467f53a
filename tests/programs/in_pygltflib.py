"""Run by the programs' own Python: read a .glb with pygltflib; in_pygltflib.py FILE OUT writes what it found to OUT."""
# pyright: reportMissingImports=false, reportOptionalMemberAccess=false, reportOptionalIterable=false

import json
import sys
from pathlib import Path

import pygltflib

source, out = sys.argv[1:]
gltf = pygltflib.GLTF2().load(source)
found = {
    "joints": [gltf.nodes[node].name for node in gltf.skins[0].joints],
    "channels": len(gltf.animations[0].channels),
    "meshes": len(gltf.meshes),
}
Path(out).write_text(json.dumps(found))
