"""An evaluation as Markdown: its figures, its protocol, and its row among the paper's systems."""

from __future__ import annotations

from collections.abc import Iterator

from kinelift.evaluation.measures import MEASURES, TRAJECTORY
from kinelift.evaluation.published import MARKS_EXPLAINED, Row, Table, published
from kinelift.evaluation.report import Evaluation


def to_markdown(found: Evaluation, name: str = "this run") -> str:
    """Return the figures and the protocol, then every published table that the run belongs in."""
    average = found.average()
    measures = [measure for measure in (*MEASURES, TRAJECTORY) if measure.key in average]
    head = ["", *(measure.label for measure in measures)]
    titled = (
        *found.per_action().items(),
        *((f"{subject}, its actions' mean", figures) for subject, figures in found.per_subject().items()),
        ("**average of the actions**", average),
    )
    rows = [
        [title, *(_number(figures.get(measure.key)) for measure in measures)] for title, figures in titled
    ]
    meanings = "\n".join(f"- {measure.label}: {measure.meaning}." for measure in measures)
    return "\n\n".join([_table(head, rows), found.protocol, meanings, *_beside_published(found, name)]) + "\n"


def _beside_published(found: Evaluation, name: str) -> Iterator[str]:
    """Lay the run among the paper's systems, wherever it was tested as they were."""
    for table in published().tables:
        cells = _cells(found, table.measure)
        if not _tested_alike(found, table) or not cells.keys() >= set(table.columns):
            continue
        ours = Row(f"**{name}, {found.rules.detections}**", (), tuple(cells[each] for each in table.columns))
        decimals = [2 if column.startswith("million ") else 1 for column in table.columns]
        rows = [[row.label, *map(_number, row.values, decimals)] for row in (*table.rows, ours)]
        caption = f"{table.title}, of {published().source} {table.protocol} {MARKS_EXPLAINED}."
        yield f"{caption}\n\n{_table(['', *table.columns], rows)}"


def _tested_alike(found: Evaluation, table: Table) -> bool:
    rules = found.rules
    return (
        rules.data_set == table.data_set
        and set(rules.subjects) == set(table.subjects)
        and (not table.actions or set(found.per_action()) == set(table.actions))
        and table.mirror in (None, rules.mirror)
        and table.keypoints in (None, rules.detections)
    )


def _cells(found: Evaluation, measure: str) -> dict[str, float]:
    """Return the run's figure for each column that a published table may have."""
    named = {**found.per_action(), "average": found.average()}
    for subject, actions in found.per_subject_and_action().items():
        named |= {f"{subject.rpartition('/')[2]} {action}": figures for action, figures in actions.items()}
    cells = {column: figures[measure] for column, figures in named.items() if measure in figures}
    sizes = {"million parameters": found.rules.parameters, "million FLOPs": found.rules.flops_per_frame}
    return cells | {column: size / 1e6 for column, size in sizes.items() if size is not None}


def _number(value: float | None, decimals: int = 1) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
