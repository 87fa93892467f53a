"""An export with what there is to say about it on the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kinelift.body.model_facts import ModelFacts
from kinelift.body.skeleton import H36M_17, skeleton_named
from kinelift.training.calibration import CALIBRATED_ON, TRIED_ON
from kinelift.training.clocks import asked_look_ahead, check_clock
from kinelift.training.exporting import TrainedNetwork, export_float32, export_int8, trained_network
from kinelift.training.loop import CHECKPOINT_NAME
from kinelift.training.reference_exporting import is_reference, reference_network


@dataclass(frozen=True)
class Said:
    """What the command line says of a network, because a checkpoint of VideoPose3D does not."""

    causal: bool
    """Whether it was trained to look no frame ahead."""
    frames_ahead: int | None
    """Frames it was trained to look ahead."""
    dense: bool
    """Whether every frame in reach is a tap."""
    skeleton: str | None
    """Keypoints it reads."""

    @property
    def look_ahead(self) -> int | None:
        """Frames it was trained to look ahead; ValueError where the two ways to say so contradict each other."""
        return asked_look_ahead(causal=self.causal, look_ahead=self.frames_ahead)


def export_float32_shown(checkpoint: Path, out: Path, said: Said) -> None:
    """Export a network as it was trained and print what it reads and gives."""
    network, remarks = _network(checkpoint, said)
    export_float32(network, out)
    _print_export(out, network.facts, remarks)


def export_int8_shown(checkpoint: Path, out: Path, said: Said) -> None:
    """Export a network in integers and print what it reads and gives, and what that changes."""
    network, remarks = _network(checkpoint, said)
    change = export_int8(network, out)
    moved = (
        f"int8 moves joints by {change.mean_mm:.1f} mm on average, {change.max_mm:.1f} mm at most, on {TRIED_ON}; "
        f"ranges set by {CALIBRATED_ON}"
    )
    _print_export(out, network.facts, (*remarks, moved))


def _network(checkpoint: Path, said: Said) -> tuple[TrainedNetwork, tuple[str, ...]]:
    """Return a checkpoint's network and what must be said of it aloud."""
    file = checkpoint / CHECKPOINT_NAME if checkpoint.is_dir() else checkpoint
    if not file.exists():
        raise FileNotFoundError(f"no checkpoint at {file}.")
    if not is_reference(file):
        return _own_network(file, said), ()
    keypoints = H36M_17 if said.skeleton is None else skeleton_named(said.skeleton)
    network = reference_network(file, look_ahead=said.look_ahead, dense=said.dense, keypoints=keypoints)
    return network, (
        f"a checkpoint of VideoPose3D, which does not say what it reads: taken for {keypoints.name} keypoints, "
        "normalised to the image's width, and h36m_17 joints, at each clip's own rate; it has no card",
    )


def _own_network(file: Path, said: Said) -> TrainedNetwork:
    network = trained_network(file)
    if said.dense or said.skeleton is not None:
        raise ValueError(
            f"{file}: --dense and --skeleton are for a .bin of VideoPose3D; a checkpoint of ours says both itself."
        )
    if said.look_ahead is not None:
        check_clock(network.facts.name, network.model.config, said.look_ahead)
    return network


def _print_export(out: Path, facts: ModelFacts, remarks: tuple[str, ...]) -> None:
    rate = "each clip's own rate" if facts.fps is None else f"{facts.fps:g} fps"
    print(out)
    print(
        f"{facts.name}: {facts.input_skeleton.name} to {facts.output_skeleton.name}, "
        f"{facts.receptive_field} frames at {rate}, {facts.look_ahead} of them ahead"
    )
    for remark in remarks:
        print(remark)
