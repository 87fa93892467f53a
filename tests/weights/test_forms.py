"""Which form of a shipped lifter is lifted with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import kinelift as kl
from kinelift.demo import demo_clip
from kinelift.weights import ALSO_NAMED, find_model, forms, shipped_models
from kinelift.weights.forms import adds_up_bytes, find_lifter

FLOATS = [name for name in shipped_models() if not name.endswith("_int8")]


@pytest.fixture(params=[True, False])
def bytes_are_added_up(request, monkeypatch):
    monkeypatch.setattr(forms, "adds_up_bytes", lambda: request.param)
    return request.param


@pytest.mark.parametrize("name", FLOATS)
def test_a_bare_name_is_the_fastest_form_and_the_others_are_what_they_say(name, bytes_are_added_up):
    file = ALSO_NAMED.get(name, f"{name}.onnx").removesuffix(".onnx")
    assert find_lifter(name).stem == (f"{file}_int8" if bytes_are_added_up else file)
    assert find_lifter(f"{name}_float32").stem == file
    assert find_lifter(f"{file}_int8").stem == f"{file}_int8"
    assert find_lifter(find_model(name)).stem == file


def test_other_execution_providers_get_floating_point(bytes_are_added_up):
    assert find_lifter("default", ["CUDAExecutionProvider", "CPUExecutionProvider"]).stem == "default"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("processor : 0\nflags\t\t: fpu avx2 avx512_vnni\n", True),
        ("processor : 0\nflags\t\t: fpu avx2 avx_vnni\n", True),
        ("processor : 0\nflags\t\t: fpu avx2\n", False),
        ("processor : 0\nBogoMIPS : 50\n", False),
        ("", False),
        (None, False),
    ],
)
def test_a_processor_adds_up_bytes_where_it_says_so(tmp_path, said, expected):
    file = tmp_path / "cpuinfo"
    if said is not None:
        file.write_text(said)
    assert adds_up_bytes(file) is expected


def test_both_forms_lift_alike():
    clip = kl.read_keypoints(demo_clip())
    floats, integers = (kl.lift(clip, model=f"default_{form}") for form in ("float32", "int8"))
    away = np.linalg.norm(
        (integers.joints - integers.joints[:, :1]) - (floats.joints - floats.joints[:, :1]), axis=-1
    )
    assert 0.0 < away.mean() < 0.006


def test_integers_answer_a_mirrored_body_with_the_mirrored_answer():
    clip = kl.read_keypoints(demo_clip())
    order = list(clip.skeleton.mirrored)
    points = clip.points_px[:, order] * np.array((-1.0, 1.0), np.float32) + np.array(
        (clip.image_size[0], 0.0), np.float32
    )
    mirrored = replace(clip, points_px=points, scores=clip.scores[:, order])
    # Whether a foot stands is a matter of yes or no, which a hair's breadth may decide.
    seen, back = (kl.lift(each, model="default_int8", lock_feet=False) for each in (clip, mirrored))
    joints = back.joints[:, list(back.skeleton.mirrored)] * np.array((-1.0, 1.0, 1.0))
    away = np.linalg.norm((joints - joints[:, :1]) - (seen.joints - seen.joints[:, :1]), axis=-1)
    assert away.mean() < 0.001
