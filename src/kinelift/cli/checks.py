"""What `kinelift doctor` looks at, in order."""

from __future__ import annotations

import importlib
import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from typing import Literal

from kinelift.cli.counts import counted
from kinelift.cli.failures import sentence

CORE = ("numpy", "onnxruntime", "jaxtyping", "tyro", "rich")
EXTRAS = {
    "video": ("av", "mediapipe"),
    "rtmpose": ("av", "rtmlib"),
    "train": ("torch", "onnx"),
    "datasets": ("cdflib", "scipy", "h5py"),
    "scale": ("lightning_fabric",),
    "export": ("ezc3d", "pygltflib"),
}
SYSTEM_PACKAGES = {
    "libGL.so": "libgl1",
    "libgthread-2.0.so": "libglib2.0-0",
    "libglib-2.0.so": "libglib2.0-0",
}
"""What Debian calls the packages of the system's libraries that OpenCV's wheel, hence MediaPipe, links to."""
ENABLES = {
    "video": "lift videos",
    "rtmpose": "lift videos with RTMPose",
    "train": "train and export",
    "datasets": "prepare data sets from their own files",
    "scale": "train on several processes",
    "export": "write .c3d and .glb",
}


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    verdict: Literal["ok", "absent", "broken"]
    """absent is an extra that nobody installed; broken is what should work and does not."""
    detail: str


def all_checks() -> Iterator[Check]:
    """Look at everything, quick things first."""
    yield Check("kinelift", "ok", f"{metadata.version('kinelift')}, Python {platform.python_version()}")
    yield Check("machine", "ok", f"{platform.platform()}, {os.cpu_count()} processors")
    yield from map(_package, CORE)
    yield _providers()
    yield _folder()
    yield from _models()
    for extra, packages in EXTRAS.items():
        yield _extra(extra, packages)


def _package(name: str) -> Check:
    try:
        importlib.import_module(name)
        return Check(name, "ok", metadata.version(name))
    except Exception as error:  # whatever a broken package raises is the finding
        return Check(name, "broken", f"{_reason(error)}; {_mend(name, str(error))}")


def _mend(package: str, reason: str) -> str:
    for library, system_package in SYSTEM_PACKAGES.items():
        if library in reason:
            return f"apt-get install {system_package}, or your system's like"
    return f'pip install --force-reinstall "{package}"'


def _providers() -> Check:
    try:
        import onnxruntime

        return Check("execution providers", "ok", ", ".join(onnxruntime.get_available_providers()))
    except Exception as error:
        return Check("execution providers", "broken", _reason(error))


def _folder() -> Check:
    here = os.getcwd()
    try:
        with tempfile.TemporaryFile(dir=here):
            return Check("write access", "ok", here)
    except OSError as error:
        return Check("write access", "broken", f"{sentence(error)} Give another folder with -o.")


def _models() -> Iterator[Check]:
    from kinelift.lifting import load_network
    from kinelift.weights import shipped_models
    from kinelift.weights.checksum import check_shipped
    from kinelift.weights.forms import adds_up_bytes

    form = "8-bit integers, whose products this processor adds up" if adds_up_bytes() else "floating point"
    yield Check("models' form", "ok", f"{form}; --model NAME_float32 and NAME_int8 override it")
    if not shipped_models():
        yield Check("models", "broken", "none is shipped with this installation; install kinelift again")
    for name, path in shipped_models().items():
        try:
            check_shipped(name)
            facts = load_network(path).facts
            frames = (
                f"{counted(facts.receptive_field, 'frame')} at {facts.fps:g} fps"
                if facts.fps
                else "any frame rate"
            )
            yield Check(f"model {name}", "ok", f"{frames}, checksum matches")
        except Exception as error:
            yield Check(f"model {name}", "broken", _reason(error))
    try:
        check_shipped("footing")
        yield Check("footing", "ok", "tells which way is up and when feet stand; checksum matches")
    except Exception as error:
        yield Check("footing", "broken", _reason(error))


def _extra(extra: str, packages: tuple[str, ...]) -> Check:
    install = f'pip install "kinelift[{extra}]" to {ENABLES[extra]}'
    absent = [name for name in packages if util.find_spec(name) is None]
    if absent:
        return Check(f"extra {extra}", "absent", f"{', '.join(absent)} not installed; {install}")
    checks = [_package(name) for name in packages]
    broken = [f"{check.name}: {check.detail}" for check in checks if check.verdict == "broken"]
    if broken:
        return Check(f"extra {extra}", "broken", "; ".join(broken))
    return Check(f"extra {extra}", "ok", ", ".join(f"{check.name} {check.detail}" for check in checks))


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
