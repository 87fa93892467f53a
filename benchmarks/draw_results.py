"""Write docs/results.md and its chart from what the benchmarks on the development set printed.

    python benchmarks/draw_results.py

Reads development_set.json, development_set_int8.json, conditions.json, expected_errors.json, trajectory_network.json,
normalisation.json, ablations.json, paper_claims.json and paper_claims_longer.json in benchmarks/results/, which the
scripts of these names print.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from draw_claims import findings_table

RESULTS = Path(__file__).parent / "results"
DOCS = Path(__file__).parents[1] / "docs"
KINDS = ("clean", "noisy", "harsh")
MEASURES = ("P1", "P2", "P3", "velocity")

HEAD = """# Results

## Development set

{clips} clips, {frames:,} frames at 30 fps, of motion that no shipped model was trained on (CMU subjects
49, 127 and 135 and trials 14_01 to 14_10), on bodies of sampled proportions, through virtual cameras.

The recipe was chosen with this set in sight (what the bodies trained on measure, and how much they differ, was compared
with its bodies; how firmly joints are settled on rays and bones, and how long a gap is bridged, was chosen on it), and
subject 14's other trials are in training: read these figures as a development set's, not as a test's.

**Protocol:** cameras given, heights not; COCO-17 keypoints; mirror averaging on; no smoothing; twelve joints
(shoulders, elbows, wrists, hips, knees, ankles) relative to the middle of the hips; mean over a clip's frames, then
over clips. P1 is the mean distance, P2 after similarity alignment of each frame, P3 after scaling each frame, in mm;
velocity in mm a frame. Brackets are 95 % intervals by bootstrap over clips. *noisy* has a detector's jitter, drift
and outliers; *harsh* besides lacks 20 % of the joints and 10 % of the frames, leaps to a bystander and exchanges left
and right for a while. All models go through the same steps after the network, those of `kinelift.lift`. `one-frame` is
`causal` without time: as wide and as deep, trained by the same recipe on as many frames; it is measured here and not
shipped. `default` was trained for 180 epochs of 131,072 frames, each learnt from twice, `causal` and `one-frame` for
110, `lag_short` for 60: a part of what parts them is the length of training. `lag` is the file of `default`, which
looks 13 frames ahead.

"""


def main() -> None:
    """Draw the page and the chart."""
    accuracy = _read("development_set")
    lines = [HEAD.format(**accuracy)]
    for kind in KINDS:
        lines += _accuracy(accuracy["models"], kind)
    lines += _in_integers(accuracy["models"], _read("development_set_int8")["models"])
    lines += _clocks(accuracy["models"])
    lines += _worst(accuracy["models"][0])
    lines += _conditions(_read("conditions")["models"])
    lines += _grounding(_read("grounding"))
    lines += _identities(_read("identities"))
    lines += _trajectory(_read("trajectory_network"))
    lines += _normalisation(_read("normalisation"))
    lines += _ablations(_read("ablations"))
    lines += _expected_errors(_read("expected_errors")["models"])
    lines += _claims()
    (DOCS / "results.md").write_text("\n".join(lines) + "\n")
    (DOCS / "images" / "clocks.svg").write_text(_chart(accuracy["models"]))


def _claims() -> list[str]:
    return [
        "## The paper's findings\n",
        "Each put to the test on free motion capture, by small networks and a protocol frozen beforehand; how, every "
        "network, and why some findings did not come out: [the paper's findings](claims.md).",
        "",
        *findings_table(_read("paper_claims")["findings"]),
        "With four times the training:",
        "",
        *findings_table(_read("paper_claims_longer")["findings"]),
    ]


def _read(name: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{name}.json").read_text())


def _accuracy(models: list[dict[str, Any]], kind: str) -> list[str]:
    lines = [f"### {kind}\n", "| model | frames | " + " | ".join(MEASURES) + " |", "|---|---|" + "---|" * 4]
    for model in models:
        cells = " | ".join(_cell(model[kind][measure]) for measure in MEASURES)
        lines.append(f"| `{model['name']}` | {model['receptive_field']} | {cells} |")
    return [*lines, ""]


def _in_integers(floats: list[dict[str, Any]], integers: list[dict[str, Any]]) -> list[str]:
    lines = [
        "### In 8-bit integers\n",
        "The tables above are of floating point. `default` is `default_int8` where the processor adds up products of "
        "bytes, and `default_float32` elsewhere; so are the others.",
        "",
        "| model | "
        + " | ".join(f"{kind} {measure}" for kind in KINDS for measure in ("P1", "velocity"))
        + " |",
        "|---|" + "---|" * 6,
    ]
    for rounded in integers:
        exact = next(model for model in floats if f"{model['name']}_int8" == rounded["name"])
        means = [
            (rounded[kind][measure]["mean"], exact[kind][measure]["mean"])
            for kind in KINDS
            for measure in ("P1", "velocity")
        ]
        cells = " | ".join(f"{here:.1f} ({here - there:+.2f})" for here, there in means)
        lines.append(f"| `{rounded['name']}` | {cells} |")
    return [*lines, "", "In brackets, how much more than in floating point.", ""]


def _clocks(models: list[dict[str, Any]]) -> list[str]:
    return [
        "### Accuracy against latency\n",
        "![Error on noisy keypoints against how late a pose is](images/clocks.svg)",
        "",
        "| model | frames ahead | seconds at 30 fps | noisy P1 | noisy velocity |",
        "|---|---|---|---|---|",
        *(
            f"| `{m['name']}` | {m['look_ahead']} | {m['look_ahead'] / 30:.2f} | {m['noisy']['P1']['mean']:.1f} | "
            f"{m['noisy']['velocity']['mean']:.1f} |"
            for m in models
        ),
        "",
    ]


def _worst(model: dict[str, Any]) -> list[str]:
    lines = [
        f"### The worst clips of `{model['name']}` on noisy keypoints\n",
        "| trial | P1 | P2 | velocity | lowest trunk |",
        "|---|---|---|---|---|",
    ]
    for clip in model["noisy_worst"]:
        lines.append(
            f"| {clip['trial']} | {clip['P1']:.0f} | {clip['P2']:.0f} | {clip['velocity']:.1f} | "
            f"{clip['trunk_degrees']:.0f}° |"
        )
    usual = model["usual_trunk_degrees"]
    return [
        *lines,
        "",
        "The last column is the 95th percentile of the angle between the trunk and the upright in the image; over all "
        f"clips its median is {usual:.0f}°. The worst clips are gymnastics (subject 49) and martial arts (135): "
        "cartwheels, kicks and deep stances, the like of which is scarce in the motion capture trained on.",
        "",
    ]


def _grounding(figures: dict[str, Any]) -> list[str]:
    names = {"standing": "clips that stand or walk", "all": "all clips"}
    lines = [
        "### Gravity, floor and feet\n",
        "| | gravity | expected | live | level camera | floor | contacts, F1 | sliding of toe or heel / ankle "
        "(as lifted) | P1 | path: mean / sum |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for key, name in names.items():
        each = figures[key]
        gravity, slides = each["gravity_degrees"], each["sliding_cm_per_second"]
        path = each["path_change_percent"]
        lines.append(
            f"| {name} ({each['clips']}) | {gravity['median']:.1f}° | {gravity['expected']:.1f}° | "
            f"{gravity['live_median']:.1f}° | {gravity['level_camera_median']:.1f}° | "
            f"{each['floor_cm']['median']:.1f} cm | {each['contacts']['f1']:.3f} | "
            f"{slides['toe_or_heel']:.2f} / {slides['ankle']:.2f} ({slides['toe_or_heel_as_lifted']:.0f} / "
            f"{slides['ankle_as_lifted']:.0f}) cm/s | {each['p1_change_percent']:+.2f} % | {path['mean']:+.1f} / "
            f"{path['sum']:+.1f} % |"
        )
    return [
        *lines,
        "",
        "Noisy keypoints, the camera's pose withheld; medians. *Expected* is what the result says of itself, *live* is "
        "`causal` with a `GroundStream`. *Sliding* is the speed of a foot that the motion capture has on the floor; "
        "*P1* and *path* are the changes by holding feet. Lifted paths wander: theirs are "
        f"{figures['standing']['path_over_truth']['as_lifted']:.2f} times as long as the truth's of who stands or "
        f"walks, held {figures['standing']['path_over_truth']['held']:.2f} times.",
        "",
        *_sliding(_read("sliding")["people"]),
    ]


def _sliding(people: list[dict[str, Any]]) -> list[str]:
    each = [
        f"{person['sliding_cm']['left']:.1f} and {person['sliding_cm']['right']:.1f} cm "
        f"({person['sliding_cm_as_lifted']['left']:.0f} and {person['sliding_cm_as_lifted']['right']:.0f} as lifted)"
        for person in people
    ]
    return [
        "In the clip of the README the left and right foot of the man, who hops and jumps, slide "
        f"{each[0]} in all while they stand; those of the woman who walks by {each[1]}. `benchmarks/sliding.py`.",
        "",
    ]


def _identities(figures: dict[str, Any]) -> list[str]:
    tracked, nearest = figures["tracked"], figures["nearest"]
    return [
        "### Who is who\n",
        f"Two people of {figures['scenes']} made-up scenes cross, leave the picture and come back: identity F1 "
        f"{tracked['identity_f1']:.3f} [{tracked['low']:.3f}, {tracked['high']:.3f}]; by the nearest place alone "
        f"{nearest['identity_f1']:.3f}.",
        "",
    ]


def _conditions(models: list[dict[str, Any]]) -> list[str]:
    lines = [
        "### Without a camera, smoothed, and where the root stands\n",
        "| model | P1 / P2 with camera | without | smoothed over 0.1 s | its path | root depth, height given |",
        "|---|---|---|---|---|---|",
    ]
    for model in models:
        known, unknown = model["camera_given"], model["camera_not_given"]
        smoothed, path = model["smoothed_over_0.1_s"], model["smoothed_path_over_unsmoothed"]
        pairs = " | ".join(f"{each['P1']:.1f} / {each['P2']:.1f}" for each in (known, unknown, smoothed))
        lines.append(
            f"| `{model['name']}` | {pairs} | {100 * path['median']:.1f} % | "
            f"{100 * model['root_depth_error_with_height']:.1f} % |"
        )
    return [
        *lines,
        "",
        "Noisy keypoints. *Its path* is the median length of the smoothed hips' path over the unsmoothed one, of clips "
        "that go more than three metres; *root depth* the median relative error of the root's distance.",
        "",
    ]


def _trajectory(report: dict[str, Any]) -> list[str]:
    lines = [
        "### Least squares against a network of the root\n",
        "| root by | depth | depth, the clip's scale given | flicker |",
        "|---|---|---|---|",
        *(
            f"| {way} | {each['depth_error_percent']:.1f} % | {each['scaled_depth_error_percent']:.1f} % | "
            f"{each['flicker_mm']:.0f} mm |"
            for way, each in report["ways"].items()
        ),
    ]
    return [
        *lines,
        "",
        "Noisy keypoints, no height given. *Least squares* brings the lifted joints onto the rays of their keypoints; "
        "*network* is the trajectory model of Pavllo et al., as wide and long as `default`'s network, trained on the "
        f"same views for {report['epochs']} epochs; *blend* is the geometric mean of both depths. Medians over clips; "
        "*flicker* is the error of the depth's change from frame to frame. `kinelift.lift` places by least squares.",
        "",
    ]


def _normalisation(report: dict[str, Any]) -> list[str]:
    lines = [
        "### What a network reads\n",
        "| keypoints | clean P1 / P2 | noisy P1 / P2 | noisy velocity | harsh P1 / P2 |",
        "|---|---|---|---|---|",
    ]
    for way, errors in report["ways"].items():
        clean, noisy, harsh = (f"{errors[kind]['P1']:.1f} / {errors[kind]['P2']:.1f}" for kind in KINDS)
        lines.append(f"| {way} | {clean} | {noisy} | {errors['noisy']['velocity']:.1f} | {harsh} |")
    return [
        *lines,
        "",
        "*rays* of the known camera are turned to the person and scaled by the angle he fills, with bearing and size "
        "beside them (what the shipped models read); a *box* is moved to its middle and scaled by its spread; *width* "
        "is the normalisation to the image's width of Pavllo et al., under one lens. One network, as wide and long as "
        f"`default`'s, learnt each for {report['epochs']} epochs to answer with joints as they are: errors are of its "
        "own answer, neither brought onto rays and bones nor mirrored, and are to be compared with each other only.",
        "",
    ]


def _ablations(report: dict[str, Any]) -> list[str]:
    epochs, first = report["epochs"], report["variants"][0]
    lines = [
        "### What the recipe is made of\n",
        f"`default`, but for what is named, trained for {epochs} epochs only ({epochs * 0.262144:.1f} million targets; "
        "the shipped one had 47): what learns fast is favoured, what needs long, as wide networks do, is not.\n",
        "| | clean P1 / P2 | noisy P1 / P2 | noisy velocity | harsh P1 / P2 | noisy P1 over the first |",
        "|---|---|---|---|---|---|",
    ]
    for each in report["variants"]:
        clean, noisy, harsh = (f"{each[kind]['P1']:.1f} / {each[kind]['P2']:.1f}" for kind in KINDS)
        over = each["noisy"]["P1"] - first["noisy"]["P1"]
        lines.append(
            f"| {each['variant']} | {clean} | {noisy} | {each['noisy']['velocity']:.1f} | {harsh} | {over:+.1f} |"
        )
    return [*lines, ""]


def _expected_errors(models: list[dict[str, Any]]) -> list[str]:
    lines = [
        "### Expected errors\n",
        "| model | keypoints | Spearman | of single joints | expected over true, by tenths of what is expected "
        "| top tenth over bottom |",
        "|---|---|---|---|---|---|",
    ]
    for model in models:
        for kind in ("noisy", "harsh"):
            tenths = model[kind]["deciles"]
            ratios = " ".join(f"{tenth['expected_over_true']:.2f}" for tenth in tenths)
            spread = tenths[-1]["true_mm"] / tenths[0]["true_mm"]
            lines.append(
                f"| `{model['name']}` | {kind} | {model[kind]['spearman']:.2f} | "
                f"{model[kind]['spearman_of_joints']:.2f} | {ratios} | {spread:.1f} |"
            )
    scrambled = ", ".join(f"`{m['name']}` {m['scrambled_over_usual']:.1f}" for m in models)
    return [
        *lines,
        "",
        "By frame, the mean over its joints, but for *of single joints*. Keypoints whose joints exchange names are "
        f"expected to be this many times worse than usual: {scrambled}.",
        "",
        "Made by `benchmarks/development_set.py`, `conditions.py`, `expected_errors.py`, "
        "`trajectory_network.py`, `normalisation.py`, `ablations.py` and `draw_results.py`.",
    ]


def _cell(value: dict[str, float]) -> str:
    return f"{value['mean']:.1f} [{value['low']:.1f}, {value['high']:.1f}]"


def _chart(models: list[dict[str, Any]]) -> str:
    """Draw P1 and its interval on noisy keypoints against seconds of look-ahead."""
    width, height, left, bottom = 560, 300, 60, 40
    top = max(model["noisy"]["P1"]["high"] for model in models) * 1.05

    def at(model: dict[str, Any], value: float) -> tuple[float, float]:
        across = left + 40 + (width - left - 120) * model["look_ahead"] / 13.0
        return across, height - bottom - (height - bottom - 20) * value / top

    marks = []
    for model in models:
        value = model["noisy"]["P1"]
        x, y = at(model, value["mean"])
        (_, low), (_, high) = at(model, value["low"]), at(model, value["high"])
        marks.append(
            f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{low:.0f}" y2="{high:.0f}" stroke="#4477aa" stroke-width="2"/>'
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="#4477aa"/>'
            f'<text x="{x + 9:.0f}" y="{y + 4:.0f}">{model["name"]} {value["mean"]:.1f}</text>'
        )
    axes = (
        f'<path d="M{left} 10V{height - bottom}H{width - 10}" fill="none" stroke="#888"/>'
        f'<text x="{left + 40}" y="{height - 12}">0 s</text>'
        f'<text x="{width - 110}" y="{height - 12}">0.43 s late</text>'
        f'<text x="8" y="20">P1, mm</text><text x="{left - 14}" y="{height - bottom + 4}">0</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="13" fill="#666">{axes}{"".join(marks)}</svg>\n'
    )


if __name__ == "__main__":
    main()
