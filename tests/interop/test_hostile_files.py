"""Whole files with something else in them: nothing runs, nothing is imported, and what was needed is named."""

import contextlib
import copy
import importlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from kinelift.model.reference import load_checkpoint
from tests.interop.hostile import small_detections, small_poses, write_npz, write_torch
from tests.model.test_reference import small_reference_state

MARKER = Path("marker")
NEVER_IMPORTED = "antigravity"
LAZY = ("encodings", "numpy", "torch")
"""What zipfile, numpy and torch bring in when they are first used."""


class Payload:
    """Pickles into a call that leaves a mark when a pickle is run."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call

    @property
    def name(self):
        """What every pickle calls the function; its module is posix or nt, builtins or __builtin__."""
        return self.call[0].__name__


PAYLOADS = (
    Payload(os.system, f"touch {MARKER}"),
    Payload(eval, f"__import__('pathlib').Path('{MARKER}').touch()"),
    Payload(exec, f"open('{MARKER}', 'w').close()"),
    Payload(importlib.import_module, NEVER_IMPORTED),
    Payload(subprocess.call, ["touch", str(MARKER)]),
)

POSES_PLACES = ((), ("S1",), ("S1", "Walking"), ("S1", "Eating 1"))
KEYPOINTS_PLACES = (
    ("positions_2d",),
    ("positions_2d", "S1"),
    ("positions_2d", "S1", "Walking"),
    ("positions_2d", "S1", "Walking", 1),
    ("metadata",),
    ("metadata", "layout_name"),
    ("metadata", "keypoints_symmetry"),
    ("metadata", "keypoints_symmetry", 0),
    ("metadata", "keypoints_symmetry", 1, 2),
)
CHECKPOINT_PLACES = (
    ("model_pos",),
    ("model_pos", "expand_conv.weight"),
    ("model_pos", "layers_bn.0.running_var"),
    ("model_traj",),
    ("model_traj", "shrink.bias"),
)
NOT_NEEDED = (("optimizer",), ("optimizer", "state"), ("random_state",), ("epoch",), ("lr",))


def checkpoint():
    """Return what a checkpoint holds."""
    state = small_reference_state()
    return {
        "epoch": 3,
        "lr": 1e-3,
        "random_state": np.random.RandomState(0),
        "optimizer": {"state": {0: {"step": 1}}, "param_groups": [{"lr": 1e-3, "amsgrad": True}]},
        "model_pos": state,
        "model_traj": small_reference_state(),
    }


def with_payload(value, place, payload):
    """Return a copy of nested containers with a payload at a place."""
    if not place:
        return payload
    changed = copy.copy(value)
    changed[place[0]] = with_payload(value[place[0]], place[1:], payload)
    return changed


@contextlib.contextmanager
def nothing_happens(folder):
    """Check that a block of reading leaves no mark, and brings in no module."""
    before, where = set(sys.modules), Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(where)
    assert not (folder / MARKER).exists()
    assert NEVER_IMPORTED not in sys.modules
    assert [name for name in set(sys.modules) - before if not name.startswith(LAZY)] == []


def test_the_payloads_do_leave_marks_where_pickles_are_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for payload in PAYLOADS:
        if payload.call[0] is not importlib.import_module:
            pickle.loads(pickle.dumps(payload))
            assert MARKER.exists(), payload.name
            MARKER.unlink()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return one folder for all examples; each writes its file anew."""
    return tmp_path_factory.mktemp("hostile")


@given(st.sampled_from(PAYLOADS), st.sampled_from(POSES_PLACES))
def test_a_call_in_the_place_of_joints_is_named_and_never_made(folder, payload, place):
    path = write_npz(folder / "p.npz", positions_3d=with_payload(small_poses(), place, payload))
    with nothing_happens(folder), pytest.raises(ValueError, match=r"p\.npz: .*got ") as raised:
        read_poses_3d(path)
    assert f".{payload.name}, which is not built here" in str(raised.value)


@given(st.sampled_from(PAYLOADS), st.sampled_from(KEYPOINTS_PLACES))
def test_a_call_in_the_place_of_keypoints_is_named_and_never_made(folder, payload, place):
    path = write_npz(folder / "k.npz", **with_payload(small_detections(), place, payload))
    with nothing_happens(folder), pytest.raises(ValueError, match=r"k\.npz: .*got ") as raised:
        read_keypoints_2d(path)
    assert f".{payload.name}, which is not built here" in str(raised.value)


@given(st.sampled_from(PAYLOADS), st.sampled_from(CHECKPOINT_PLACES), st.booleans())
def test_a_call_in_the_place_of_tensors_is_named_and_never_made(folder, payload, place, legacy):
    path = write_torch(folder / "c.bin", with_payload(checkpoint(), place, payload), legacy=legacy)
    with nothing_happens(folder), pytest.raises(ValueError, match=r"c\.bin: model_.*got ") as raised:
        load_checkpoint(path)
    assert f".{payload.name}, which is not built here" in str(raised.value)


@given(st.sampled_from(PAYLOADS), st.sampled_from(NOT_NEEDED), st.booleans())
def test_a_call_where_nothing_is_needed_is_neither_made_nor_minded(folder, payload, place, legacy):
    path = write_torch(folder / "n.bin", with_payload(checkpoint(), place, payload), legacy=legacy)
    with nothing_happens(folder):
        networks = load_checkpoint(path)
    assert networks.pose.config.filter_widths == (3, 5)
    assert networks.trajectory is not None


@given(st.sampled_from(PAYLOADS))
def test_a_call_in_the_place_of_a_name_is_named(folder, payload):
    poses = {**small_poses(), payload: small_poses()["S1"]}
    with nothing_happens(folder), pytest.raises(ValueError, match="a subject in positions_3d") as raised:
        read_poses_3d(write_npz(folder / "name.npz", positions_3d=poses))
    assert payload.name in str(raised.value)


READERS = {
    "poses.npz": read_poses_3d,
    "keypoints.npz": read_keypoints_2d,
    "new.bin": load_checkpoint,
    "old.bin": load_checkpoint,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the bytes of good files by their names."""
    folder = tmp_path_factory.mktemp("whole")
    write_npz(folder / "poses.npz", positions_3d=small_poses())
    write_npz(folder / "keypoints.npz", **small_detections())
    write_torch(folder / "new.bin", checkpoint())
    write_torch(folder / "old.bin", checkpoint(), legacy=True)
    return {name: (folder / name).read_bytes() for name in READERS}


@given(st.sampled_from(sorted(READERS)), st.floats(0.0, 0.999))
def test_a_file_cut_short_anywhere_is_a_clear_error(folder, whole, name, share):
    path = folder / name
    path.write_bytes(whole[name][: int(share * len(whole[name]))])
    with pytest.raises(ValueError, match=f"{name}: "):
        READERS[name](path)


@given(st.sampled_from(sorted(READERS)), st.floats(0.0, 0.999), st.binary(min_size=1, max_size=8))
def test_a_file_damaged_anywhere_is_read_or_a_clear_error(folder, whole, name, share, damage):
    path, content = folder / name, bytearray(whole[name])
    place = int(share * (len(content) - len(damage)))
    content[place : place + len(damage)] = damage
    path.write_bytes(content)
    error = None
    with nothing_happens(folder):
        try:
            READERS[name](path)
        except ValueError as raised:
            error = raised
    assert error is None or f"{name}: " in str(error)


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=200))
def test_any_other_file_is_a_clear_error(folder, name, content):
    path = folder / f"other-{name}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"other-{name}: "):
        READERS[name](path)


def test_one_kind_of_file_in_the_place_of_another_says_what_it_holds(folder, whole):
    for name, content in whole.items():
        (folder / name).write_bytes(content)
    for name, said in (
        ("keypoints.npz", "no positions_3d in it; it holds metadata, positions_2d"),
        ("new.bin", "no positions_3d in it; it holds nothing"),
        ("old.bin", "not a readable zip file"),
    ):
        with pytest.raises(ValueError, match=said):
            read_poses_3d(folder / name)
    with pytest.raises(ValueError, match=r"poses\.npz: not a file of torch\.save: it has no data\.pkl"):
        load_checkpoint(folder / "poses.npz")
    torch.save({"state_dict": {"a": torch.zeros(1)}}, folder / "ours.pt")
    with pytest.raises(
        ValueError, match="no 'model_pos' in it, so no checkpoint of VideoPose3D; it holds state_dict"
    ):
        load_checkpoint(folder / "ours.pt")
