"""Write the figures of docs/live.md from what live.py, offline.py and disk_to_disk.py printed.

python benchmarks/draw_live.py

Reads benchmarks/results/live.json, offline.json and disk_to_disk.json, those that are there, and writes over what lies
between the page's two marks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "live.md"
BEGIN, END = "<!-- figures: benchmarks/draw_live.py -->\n", "<!-- end of figures -->\n"


def main() -> None:
    """Draw the figures into the page."""
    before, rest = PAGE.read_text().split(BEGIN)
    _, after = rest.split(END)
    lines: list[str] = []
    for name, draw in (("live", _live), ("offline", _offline), ("disk_to_disk", _disk)):
        results = RESULTS / f"{name}.json"
        if results.is_file():
            lines += draw(json.loads(results.read_text()))
    figures = "\n".join(lines)
    PAGE.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}")


def _live(report: dict[str, Any]) -> list[str]:
    machine, window = report["machine"], report["pytorch_window"]
    many, flat = report["float32_32_streams"], report["float32_undilated"]
    rows = [
        ("the window in PyTorch", window, ""),
        ("`float32`", report["float32"], report["float32"]["times_faster"]),
        ("`--int8`", report["int8"], report["int8"]["times_faster"]),
        ("`float32`, 32 streams at once", many, ""),
        ("`float32`, no dilation", flat, ""),
    ]
    return [
        f"One frame of a causal network of 243 frames and 1024 channels, placed; {machine['processor']}, "
        f"{machine['cores']} cores.",
        "`benchmarks/live.py`:\n",
        "| | median, ms | 95th percentile, ms | faster |",
        "|---|---|---|---|",
        *(
            f"| {name} | {each['median_ms']:.2f} | {each['p95_ms']:.2f} | {faster} |"
            for name, each, faster in rows
        ),
        "",
        f"32 streams cost {many['over_one_stream']:.1f} times one; dilation costs "
        f"{flat['dilated_over_undilated']:.2f} times none.\n",
    ]


def _offline(report: dict[str, Any]) -> list[str]:
    rates = {name: report[name]["frames_per_second"] for name in ("pytorch", "float32", "int8")}
    return [
        f"A whole clip of {report['frames']:,} frames, centred, mirror averaging on; `benchmarks/offline.py`:\n",
        "| | frames a second | over PyTorch |",
        "|---|---|---|",
        f"| PyTorch | {rates['pytorch']:,} | |",
        *(
            f"| {label} | {rates[name]:,} | {report[name]['over_pytorch']:.2f} |"
            for name, label in (("float32", "`float32`"), ("int8", "`--int8`"))
        ),
        "",
        "The shipped `default` in its two forms, frames a second:\n",
        "| | `default_float32` | `default_int8` | faster |",
        "|---|---|---|---|",
        *(
            f"| {label} | {each['default_float32']['frames_per_second']:,} | "
            f"{each['default_int8']['frames_per_second']:,} | {each['int8_over_float32']:.2f} |"
            for label, each in (
                ("its network alone", report["default"]["network"]),
                ("all of `kinelift.lift`", report["default"]["lift"]),
            )
        ),
        "",
    ]


def _disk(report: dict[str, Any]) -> list[str]:
    long, minute, cold = report["long"], report["one_minute"], report["cold_start"]
    return [
        f"From disk to disk with the shipped `{report['model']}`; `benchmarks/disk_to_disk.py`: {long['frames']:,} "
        f"frames at {long['frames_per_second']:,.0f} a second in {long['peak_rss_mb']:.0f} MB, "
        f"{minute['frames']:,} frames at {minute['frames_per_second']:,.0f} a second. `kinelift lift` on "
        f"{cold['frames']:,} frames takes {cold['seconds']:.2f} s, from nothing to its end.\n",
    ]


if __name__ == "__main__":
    main()
