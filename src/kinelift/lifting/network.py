"""A lifter's graph in onnxruntime: loaded once, run live, in chunks or whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinelift.body.model_facts import ModelFacts
from kinelift.geometry.edges import repeat_edges

CHUNK_FRAMES = 512
"""Frames run at a time: enough to keep matrix products busy, few enough for their states to be small."""

WAITING_MICROSECONDS = 1000
"""How long threads keep a core while they wait for more work: through what happens between two live frames' runs, and
not so long that a detector in the same process goes at half its speed, which onnxruntime's own choice does."""


@dataclass(frozen=True, eq=False)
class States:
    """What a graph remembers between runs."""

    values: dict[str, np.ndarray]
    longest_run: int
    """Frames that may be fed at once; the ring buffers are made for it."""


@dataclass(frozen=True, eq=False)
class Network:
    """A loaded graph with its facts."""

    facts: ModelFacts
    session: Any
    """The onnxruntime.InferenceSession."""

    @property
    def numbers_out(self) -> int:
        """Numbers of each answered joint: x, y, z and, where the network tells it, the expected error in metres."""
        return next(port.shape[3] for port in self.session.get_outputs() if port.name == "y")

    def initial_states(self, batch: int, longest_run: int) -> States:
        """Return the states before the first frame, for a batch of sequences fed up to `longest_run` frames at once."""
        ports = [port for port in self.session.get_inputs() if port.name != "x"]
        return States({port.name: _zeros(port, batch, longest_run) for port in ports}, longest_run)

    def run(
        self, x: Float[np.ndarray, "batch frame feature"], states: States
    ) -> tuple[Float[np.ndarray, "batch frame joint number"], States]:
        """Feed some frames and return as many answers, each for the frame `look_ahead` before, and new states."""
        assert x.shape[1] <= states.longest_run, (
            "a longer run would overwrite what the ring buffers still need"
        )
        names = [f"{name}_out" for name in states.values]
        y, *remembered = self.session.run(["y", *names], {"x": x, **states.values})
        return y, States(dict(zip(states.values, remembered, strict=True)), states.longest_run)

    def run_whole(
        self, x: Float[np.ndarray, "batch frame feature"]
    ) -> Float[np.ndarray, "batch frame joint number"]:
        """Answer for every frame of whole sequences, their first and last frames repeated beyond the ends."""
        past, look_ahead = self.facts.past, self.facts.look_ahead
        padded = repeat_edges(x, past, look_ahead)
        states = self.initial_states(len(x), min(CHUNK_FRAMES, padded.shape[1]))
        chunks = [
            padded[:, start : start + CHUNK_FRAMES] for start in range(0, padded.shape[1], CHUNK_FRAMES)
        ]
        answers = np.concatenate([self._run_in_place(chunk, states) for chunk in chunks], axis=1)
        return answers[:, past + look_ahead :]

    def _run_in_place(
        self, x: Float[np.ndarray, "batch frame feature"], states: States
    ) -> Float[np.ndarray, "batch frame joint number"]:
        """Feed some frames like `run`, but write what is remembered over `states`, so that nothing is copied."""
        binding, x = self.session.io_binding(), np.ascontiguousarray(x)
        for name, value in {"x": x, **states.values}.items():
            place = ("cpu", 0, value.dtype.type, value.shape, value.ctypes.data)
            binding.bind_input(name, *place)
            if name != "x":
                binding.bind_output(f"{name}_out", *place)
        binding.bind_output("y")
        self.session.run_with_iobinding(binding)
        return binding.get_outputs()[-1].numpy()


def load_network(path: Path, providers: Sequence[str] | None = None) -> Network:
    """Load a lifter's .onnx file; a file loaded before, and unchanged since, is reused.

    providers are onnxruntime's execution providers in order of preference; the processor alone by default.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no model at {path}.")
    status = path.stat()
    return _load(
        path.resolve(), status.st_mtime_ns, status.st_size, tuple(providers or ("CPUExecutionProvider",))
    )


@lru_cache(maxsize=8)
def _load(path: Path, _modified: int, _size: int, providers: tuple[str, ...]) -> Network:
    session = load_session(path, providers)
    facts = ModelFacts.from_metadata(session.get_modelmeta().custom_metadata_map, str(path))
    return Network(facts, session)


def load_session(path: Path, providers: Sequence[str] = ("CPUExecutionProvider",)) -> Any:
    """Load an .onnx file as an onnxruntime.InferenceSession; ValueError where it is none or a provider is missing."""
    import onnxruntime as ort

    unknown = set(providers) - set(ort.get_available_providers())
    if unknown:
        raise ValueError(
            f"providers: {', '.join(sorted(unknown))} not in this onnxruntime, which has "
            f"{', '.join(ort.get_available_providers())}."
        )
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.spin_duration_us", str(WAITING_MICROSECONDS))
    try:
        return ort.InferenceSession(str(path), options, providers=list(providers))
    except Exception as error:  # onnxruntime raises classes of its own, one for each way a file can be wrong
        raise ValueError(f"{path} cannot be loaded as an .onnx model: {error}") from error


def _zeros(port: Any, batch: int, longest_run: int) -> np.ndarray:
    """Make a state of zeros; the graph spells the axes it leaves open "batch" and "time + rows"."""
    sizes = []
    for size in port.shape:
        match size:
            case int():
                sizes.append(size)
            case "batch":
                sizes.append(batch)
            case _:
                sizes.append(longest_run + int(size.removeprefix("time + ")))
    return np.zeros(sizes, _TYPES[port.type])


_TYPES = {
    "tensor(int64)": np.int64,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int32)": np.int32,
    "tensor(int8)": np.int8,
    "tensor(uint8)": np.uint8,
}
