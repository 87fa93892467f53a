"""Write the tables of docs/performance.md from what training.py, sweeps.py, video_road.py and long_video.py printed.

python benchmarks/draw_performance.py

Reads those of their files that lie in benchmarks/results, and writes over what lies between the page's two marks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: benchmarks/draw_performance.py -->\n", "<!-- end of figures -->\n"


def main() -> None:
    """Draw the tables into the page."""
    before, rest = PAGE.read_text().split(BEGIN)
    _, after = rest.split(END)
    lines: list[str] = []
    drawn = (
        ("training", "training", _training),
        ("training_losses", "training", _losses),
        ("sweeps", "sweeps", _sweeps),
        ("video_road", "video_road", _road),
        ("long_video", "long_video", _long),
        ("long_video_mediapipe", "long_video", _long),
    )
    for name, script, draw in drawn:
        results = RESULTS / f"{name}.json"
        if results.is_file():
            report = json.loads(results.read_text())
            lines += [*draw(report), f"`benchmarks/{script}.py`; {_machine(report)}.", ""]
    figures = "\n".join(lines)
    PAGE.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}")


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    lines = [head, ["---:"] * len(head), *rows]
    return [*("| " + " | ".join(map(str, line)) + " |" for line in lines), ""]


def _machine(report: dict[str, Any]) -> str:
    said = report["machine"]
    return f"{said['processor']}, {said['cores']} cores, PyTorch {said['torch']}"


def _training(report: dict[str, Any]) -> list[str]:
    head = ["window", "ours, windows/s", "PyTorch fp32, windows/s", "faster", "waiting for data"]
    rows = [
        [
            window,
            f"{each['ours']['windows_per_second']:,.0f}",
            f"{each['pytorch']['windows_per_second']:,.0f}",
            f"{each['times_faster']:.1f}",
            f"{100 * each['waiting_for_data']:.1f} %",
        ]
        for window, each in report.items()
        if window.isdecimal()
    ]
    return ["## Training against the window", "", *_table(head, rows)]


def _losses(report: dict[str, Any]) -> list[str]:
    pairs = ", ".join(
        f"{ours:.0f} and {plain:.0f}"
        for ours, plain in zip(report["mm"]["ours"], report["mm"]["pytorch"], strict=True)
    )
    return [f"Training error after {report['steps']} steps, ours and PyTorch's, by seed: {pairs} mm.", ""]


def _sweeps(report: dict[str, Any]) -> list[str]:
    names = ("pytorch", "float32", "int8")

    def rows(key: str, by: str) -> list[list[object]]:
        return [[f"{each[by]:,}", *(f"{each[name]:,}" for name in names)] for each in report[key]]

    head = ["PyTorch", "`float32`", "`--int8`"]
    fields, lengths = "throughput_by_receptive_field", "throughput_by_length"
    return [
        "## Throughput against the receptive field, frames/s",
        "",
        *_table(["receptive field", *head], rows(fields, "receptive_field")),
        "## Throughput against length, frames/s",
        "",
        *_table(["frames", *head], rows(lengths, "frames")),
        "## Latency against the receptive field, ms a frame",
        "",
        *_table(["receptive field", *head], rows("latency_by_receptive_field", "receptive_field")),
        "## Memory against length",
        "",
        *_table(
            ["frames", "peak, MB"],
            [[f"{each['frames']:,}", f"{each['peak_rss_mb']:.0f}"] for each in report["memory_by_length"]],
        ),
    ]


def _road(report: dict[str, Any]) -> list[str]:
    one, folder = report["one_video"], report["folder"]
    rows = [
        [name, one[key]["seconds"], one[key]["processor_seconds"]]
        for name, key in (
            ("decoding and detecting alone", "alone"),
            ("`kinelift lift`", "lift"),
            ("`kinelift lift --detect-every 3`", "lift_every_third"),
        )
    ]
    return [
        "## The video road",
        "",
        *_table(["", "seconds", "processor seconds"], rows),
        f"A folder of {folder['copies']} copies on {folder['cores']} cores: {folder['all_cores']['seconds']:.0f} s; "
        f"held to one core: {folder['one_core']['seconds']:.0f} s, {folder['times_the_rate']:.2f} times as long.",
        "",
    ]


def _long(report: dict[str, Any]) -> list[str]:
    lines = [
        f"## {report['minutes']:.0f} minutes of video against one, detections by {report['detector']}",
        "",
    ]
    for where, key in (
        (f"Written as {', '.join(report['formats'])}", "in_files"),
        ("Held in memory", "in_memory"),
    ):
        if key in report:
            each, long = report[key], report[key]["long"]
            rate = each["rate_of_long_over_one_minute"]
            lines += [
                f"{where}: {each['more_memory_mb']:.0f} MB more at the peak of {long['peak_rss_mb']:.0f} MB, "
                f"{rate:.2f} times the rate ({long['frames_per_second']:.0f} frames/s).",
                "",
            ]
    return lines


if __name__ == "__main__":
    main()
