"""Run by the programs' own Python: read a .c3d with ezc3d; in_ezc3d.py FILE OUT writes what it found to OUT."""
# pyright: reportMissingImports=false

import json
import sys
from pathlib import Path

import ezc3d

source, out = sys.argv[1:]
document = ezc3d.c3d(source)
point = document["parameters"]["POINT"]
found = {
    "labels": point["LABELS"]["value"],
    "units": point["UNITS"]["value"],
    "rate": point["RATE"]["value"][0],
    "up": point["Y_SCREEN"]["value"],
    "points": document["data"]["points"][:3].transpose(2, 1, 0).tolist(),
}
Path(out).write_text(json.dumps(found))
