"""Run by the programs' own Python: read a .trc with OpenSim; in_opensim.py FILE OUT writes what it found to OUT."""
# pyright: reportMissingImports=false

import json
import sys
from pathlib import Path

import opensim

source, out = sys.argv[1:]
table = opensim.TimeSeriesTableVec3(source)
rows = range(table.getNumRows())
columns = range(table.getNumColumns())
found = {
    "labels": list(table.getColumnLabels()),
    "units": table.getTableMetaDataString("Units"),
    "rate": float(table.getTableMetaDataString("DataRate")),
    "times": list(table.getIndependentColumn()),
    "points": [
        [[vector[axis] for axis in range(3)] for vector in (row[column] for column in columns)]
        for row in map(table.getRowAtIndex, rows)
    ],
}
Path(out).write_text(json.dumps(found))
