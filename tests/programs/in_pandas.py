"""Run by the programs' own Python: read a .csv with pandas; in_pandas.py FILE OUT writes joints by name to OUT."""
# pyright: reportMissingImports=false

import json
import sys
from pathlib import Path

import pandas

source, out = sys.argv[1:]
table = pandas.read_csv(source)
found = {
    "types": {name: str(type) for name, type in table.dtypes.items()},
    "joints": {
        joint: rows.sort_values("frame")[["x_m", "y_m", "z_m"]].to_numpy().tolist()
        for joint, rows in table.groupby("joint")
    },
}
Path(out).write_text(json.dumps(found))
