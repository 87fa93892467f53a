"""Write the joint tables of the conventions page from the Skeleton values, so that they cannot drift."""

from typing import Any

from kinelift.body import COCO_17, COCO_23, H36M_17, H36M_21, SKELETONS, Mapping, Skeleton, mapping

JOINT_ORDERS = "<!-- joint orders -->"
MAPPINGS = "<!-- mappings -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the tables where a page asks for them (called by mkdocs)."""
    orders = "\n\n".join(joint_order(skeleton) for skeleton in SKELETONS.values())
    return markdown.replace(JOINT_ORDERS, orders).replace(MAPPINGS, mapping_table())


def joint_order(skeleton: Skeleton) -> str:
    """Return one layout as a table: index, joint, parent and the joint it changes places with in a mirror."""
    rows = [
        f"| {i} | {name} | {_joint(skeleton, skeleton.parents[i])} | {_joint(skeleton, skeleton.mirrored[i], own=i)} |"
        for i, name in enumerate(skeleton.names)
    ]
    head = ["| index | joint | parent | mirrored |", "|--:|---|---|---|"]
    return "\n".join([f"### {skeleton.name}", "", *head, *rows])


def mapping_table() -> str:
    """Return what each layout becomes as COCO's and as Human3.6M's joints, with and without feet."""
    rows = [
        _mapping_row(mapping(source, target))
        for target in (COCO_17, COCO_23, H36M_17, H36M_21)
        for source in SKELETONS.values()
        if source != target
    ]
    return "\n".join(["| from | to | derived | absent |", "|---|---|---|---|", *rows])


def _mapping_row(mapped: Mapping) -> str:
    derived = [f"{joint} from {_sources(mapped, joint)}" for joint in mapped.derived]
    cells = [mapped.source.name, mapped.target.name, "; ".join(derived), ", ".join(mapped.absent)]
    return f"| {' | '.join(cell or 'none' for cell in cells)} |"


def _sources(mapped: Mapping, joint: str) -> str:
    row = mapped.weights[mapped.target.index(joint)]
    return " + ".join(name for name, weight in zip(mapped.source.names, row, strict=True) if weight > 0)


def _joint(skeleton: Skeleton, index: int, own: int = -1) -> str:
    return "" if index in (-1, own) else f"{index} {skeleton.names[index]}"
