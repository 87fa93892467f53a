"""Foreign pickles are read, never run."""

import contextlib
import io
import pickle
import struct
import sys
import time
import tracemalloc
from collections import OrderedDict, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinelift.interop import foreign_npz
from kinelift.interop.foreign_builders import BUILDERS
from kinelift.interop.foreign_npz import read_foreign_npz
from kinelift.interop.foreign_pickle import read_pickle
from kinelift.interop.foreign_torch import read_torch_file
from kinelift.interop.foreign_values import Name, Placeholder
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from tests.interop.hostile import (
    ARRAY,
    TENSOR,
    naming,
    small_detections,
    small_poses,
    write_npz,
    write_torch,
)

WORDS = st.text("abcdefghijklmnopqrstuvwxyz_.", min_size=1, max_size=12)
GLOBALS = st.one_of(
    st.sampled_from(
        [("os", "system"), ("builtins", "eval"), ("builtins", "__import__"), ("posix", "system"),
         ("subprocess", "Popen"), ("pickle", "loads"), ("this", "s"), ("antigravity", "geohash"), ("numpy", "load")]
    ),
    st.tuples(WORDS, WORDS),
).filter(lambda pair: ".".join(pair) not in BUILDERS)  # fmt: skip


def read(data: bytes):
    return read_pickle(io.BytesIO(data))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
        max_leaves=20,
    ),
    st.integers(0, pickle.HIGHEST_PROTOCOL),
)
def test_plain_values_come_out_as_they_went_in(value, protocol):
    assert read(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["f4", ">f8", "i8", "?", "u2", "U3"])
def test_arrays_come_out_as_they_went_in(protocol, dtype):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    for each in (array, np.asfortranarray(array), array[:0], array[0, 0, 0], [array, array]):
        found = read(pickle.dumps(each, protocol))
        np.testing.assert_array_equal(found, each)
        if isinstance(each, np.ndarray):
            assert found.dtype == array.dtype
    nested = np.array([[], array], dtype=object)
    assert read(pickle.dumps(nested, protocol))[1].shape == array.shape


def test_containers_of_the_standard_library_come_out_plain():
    ordered = OrderedDict(a=1, b=[2])
    assert read(pickle.dumps([ordered, defaultdict(dict, a={}), {1, 2}], 2)) == [
        dict(ordered),
        {"a": {}},
        {1, 2},
    ]


def test_an_array_that_holds_itself_is_no_circle():
    array = np.array([None], dtype=object)
    array[0] = array
    found = read(pickle.dumps(array, 3))
    assert not isinstance(found[0], np.ndarray)


@given(GLOBALS)
def test_any_other_global_becomes_its_name_whatever_is_done_with_it(pair):
    module, name = pair
    plain = naming(module, name)
    stacked = (
        b"\x8c"
        + bytes([len(module)])
        + module.encode()
        + b"\x8c"
        + bytes([len(name)])
        + name.encode()
        + b"\x93"
    )
    argument = b"\x85".join((b"X\x02\x00\x00\x00id", b""))
    known = module in sys.modules
    for lookup in (plain, stacked):
        assert read(lookup + b".") == Name(f"{module}.{name}")
        uses = (
            lookup + argument + b"R.", lookup + b")\x81.", lookup + b")}\x92.", lookup + argument + b"R}b.",
            b"(" + lookup + b"X\x02\x00\x00\x00ido.", lookup + b")R]a.", lookup + b")RK\x01K\x02s.",
            lookup + b")R)R.",
        )  # fmt: skip
        for program in uses:
            found = read(program)
            assert isinstance(found, Placeholder)
            assert found.name == f"{module}.{name}"
    found = read(f"(X\x02\x00\x00\x00idi{module}\n{name}\n.".encode())
    assert isinstance(found, Placeholder)
    assert (module in sys.modules) == known


@given(GLOBALS)
def test_globals_in_the_place_of_joints_are_named_and_never_run(tmp_path_factory, pair):
    folder = tmp_path_factory.mktemp("hostile")
    module, name = pair
    known = module in sys.modules
    for key, reader, value in (
        ("positions_3d", read_poses_3d, {"positions_3d": small_poses()}),
        ("positions_2d", read_keypoints_2d, small_detections()),
    ):
        path = folder / f"{key}.npz"
        write_npz(path, ARRAY, naming(module, name), **{key: value[key]})
        with pytest.raises(ValueError, match=r"positions_3d|metadata") as raised:
            reader(path)
        if key == "positions_3d":
            assert f"got {module}.{name}, which is not built here" in str(raised.value)
    assert (module in sys.modules) == known


@given(GLOBALS, st.booleans())
def test_globals_in_the_place_of_tensors_stand_where_the_tensors_stood(tmp_path_factory, pair, legacy):
    module, name = pair
    path = tmp_path_factory.mktemp("hostile") / "checkpoint.bin"
    value = {"model_pos": {"a": torch_numbers(), "b": torch_numbers()}}
    known = module in sys.modules
    write_torch(path, value, TENSOR, naming(module, name), legacy=legacy)
    found = read_torch_file(path)["model_pos"]["a"]
    assert isinstance(found, Placeholder)
    assert found.name == ".".join(pair)
    assert (module in sys.modules) == known


def torch_numbers():
    import torch

    return torch.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize("legacy", [False, True])
def test_both_containers_of_torch_give_its_tensors(tmp_path, legacy):
    import torch

    tensors = {
        "a": torch.randn(3, 4).T, "b": torch.arange(5), "c": torch.randn(2, 3)[1:], "d": torch.tensor(7),
        "e": torch.nn.Parameter(torch.randn(2)), "f": torch.randn(3).double(), "g": torch.zeros(0, 3),
        "h": torch.tensor([True, False]), "i": torch.randn(3).half(),
    }  # fmt: skip
    found = read_torch_file(write_torch(tmp_path / "t.bin", tensors, legacy=legacy))
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(found[name], tensor.detach().numpy())


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_clear_error(data):
    assert_read_or_refused(data)


def assert_read_or_refused(data):
    with contextlib.suppress(ValueError):
        read(data)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_pickle_is_a_value_or_a_clear_error(place, byte):
    data = bytearray(
        pickle.dumps({"positions": small_poses()["S1"]["Eating 1"][:1, :2], "n": [1, (2, "x")]}, 2)
    )
    data[place % len(data)] = byte
    assert_read_or_refused(bytes(data))


@pytest.mark.parametrize("legacy", [False, True])
def test_a_file_cut_short_anywhere_is_a_clear_error(tmp_path, legacy):
    whole = write_torch(tmp_path / "t.bin", {"a": torch_numbers()}, legacy=legacy).read_bytes()
    for cut in range(0, len(whole) - 1, 37):
        (tmp_path / "cut.bin").write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"cut\.bin: "):
            read_torch_file(tmp_path / "cut.bin")


def test_an_npz_cut_short_is_a_clear_error(tmp_path):
    whole = write_npz(tmp_path / "a.npz", positions_3d=small_poses()).read_bytes()
    for cut in range(0, len(whole) - 1, 211):
        (tmp_path / "cut.npz").write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"cut\.npz: not a readable zip file"):
            read_foreign_npz(tmp_path / "cut.npz")


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return opening * depth + closing * depth


def seconds_to_read(program: bytes) -> float:
    """Return the processor time of a reading, the best of a few: what else the machine does only adds to it."""
    times = []
    for _ in range(5):
        started = time.process_time()
        read(program)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize(
    "program_of",
    [
        lambda size: b"}" + b")" + size * b"\x85" + b"Ns.",  # a deep tuple as a key
        lambda size: b"}K\x01" + size * b"2\x86" + b"Ns.",  # a tuple of 2 ** size leaves as a key
        lambda size: size * b"]" + (size - 1) * b"a" + b".",  # a deep list
    ],
)
def test_work_on_deep_and_wide_values_grows_with_the_size_of_the_file(program_of):
    # Work that grew with its square would take 16 times as long, and by its leaves would never end.
    assert seconds_to_read(program_of(8000)) < 8.0 * seconds_to_read(program_of(2000))


def test_the_memos_last_place_takes_no_room():
    tracemalloc.start()
    assert read(b"Nr\xff\xff\xff\xff.") is None
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 4 << 20


@pytest.mark.parametrize(
    "program",
    [
        b"\x8e" + struct.pack("<Q", 1 << 62) + b"x.",  # more bytes than there are
        b"cbuiltins\nlist\np0\n0(" + 20_000 * b"N" + b"lp1\n0(" + 4000 * b"g0\ng1\n\x85R" + b"l.",
        b"L" + 5000 * b"9" + b"L\n.",
    ],
)
def test_programs_that_only_swell_are_refused(program):
    with pytest.raises(ValueError, match="not a readable pickle"):
        read(program)


def test_a_zip_that_promises_too_much_is_refused(tmp_path, monkeypatch):
    path = write_npz(tmp_path / "a.npz", positions_3d=small_poses())
    monkeypatch.setattr(foreign_npz, "LARGEST_UNPACKED_BYTES", 1000)
    with pytest.raises(ValueError, match=r"a\.npz: unpacks to \d+ bytes, more than 1000 are read"):
        read_foreign_npz(path)


@pytest.mark.parametrize("shape", ["(1152921504606846976,)", "(2, 2)", "(-1,)", "((((1,),),),)"])
def test_a_header_that_does_not_fit_its_array_is_refused(tmp_path, shape):
    import zipfile

    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"1234")
    with pytest.raises(ValueError, match=r"a\.npz: "):
        read_foreign_npz(tmp_path / "a.npz")


def test_a_tensor_beyond_its_storage_is_refused(tmp_path):
    path = write_torch(tmp_path / "t.bin", {"a": torch_numbers()}, b"K\x02K\x03\x86", b"K\x20K\x03\x86")
    with pytest.raises(ValueError, match=r"a tensor of shape \(32, 3\) does not fit its 6 numbers"):
        read_torch_file(path)
