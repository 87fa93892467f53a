"""OpenSim, ezc3d, pandas, pygltflib and Khronos' validator open what is written."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

import kinelift as kl

TENTH_OF_MM = 1e-4
CLIPS = ["known", pytest.param("park", marks=pytest.mark.slow)]


@pytest.fixture
def clip(request) -> kl.Recording:
    """Return the recording that a test names."""
    return request.getfixturevalue(request.param)


def joints_of(recording: kl.Recording) -> np.ndarray:
    """Return the first person's joints in the world."""
    return recording.people[0].motion.to_world(recording.world_from_camera).joints


@pytest.mark.parametrize("clip", CLIPS, indirect=True)
def test_opensim_reads_the_trc(opened, clip, tmp_path):
    (path, *_) = kl.write(clip, tmp_path / "a.trc")
    found = opened("in_opensim.py", "opensim", path)
    assert (found["units"], found["rate"]) == ("m", pytest.approx(clip.fps))
    assert found["labels"][:3] == ["Hip", "RHip", "RKnee"]
    np.testing.assert_allclose(found["times"], clip.times_seconds, atol=1e-5)
    assert np.linalg.norm(np.array(found["points"]) - joints_of(clip), axis=-1).max() < TENTH_OF_MM


@pytest.mark.parametrize("clip", CLIPS, indirect=True)
def test_ezc3d_reads_the_c3d(opened, clip, tmp_path):
    (path,) = kl.write(clip, tmp_path / "a.c3d")
    found = opened("in_ezc3d.py", "ezc3d", path)
    assert (found["units"], found["up"], found["rate"]) == (["mm"], ["+Y"], pytest.approx(clip.fps))
    assert found["labels"][:3] == ["Hip", "RHip", "RKnee"]
    assert np.linalg.norm(np.array(found["points"]) / 1000.0 - joints_of(clip), axis=-1).max() < TENTH_OF_MM


@pytest.mark.parametrize("clip", CLIPS, indirect=True)
def test_pandas_reads_the_csv(opened, clip, tmp_path):
    (path,) = kl.write(clip, tmp_path / "a.csv")
    found = opened("in_pandas.py", "pandas", path)
    assert found["types"]["frame"] == "int64"
    assert found["types"]["x_m"] == found["types"]["time_seconds"] == "float64"
    names = clip.people[0].motion.skeleton.names
    read = np.stack([found["joints"][name] for name in names], axis=1)
    assert np.linalg.norm(read - joints_of(clip), axis=-1).max() < TENTH_OF_MM


@pytest.mark.parametrize("clip", CLIPS, indirect=True)
def test_pygltflib_reads_the_glb(opened, clip, tmp_path):
    (path,) = kl.write(clip, tmp_path / "a.glb")
    found = opened("in_pygltflib.py", "pygltflib", path)
    assert {"hips", "left_hand", "right_toe"} <= set(found["joints"])
    assert found["meshes"] == 1
    assert found["channels"] > 17


@pytest.mark.parametrize("clip", CLIPS, indirect=True)
def test_khronos_finds_nothing_to_complain_of(programs, clip, tmp_path):
    (path,) = kl.write(clip, tmp_path / "a.glb")
    issues = validated(programs, path, tmp_path / "report.json")["issues"]
    assert (issues["numErrors"], issues["numWarnings"], issues["messages"]) == (0, 0, [])


def test_khronos_validator_does_find_faults(programs, known, tmp_path):
    """Or a validator that looks at nothing would pass everything."""
    (path,) = kl.write(known, tmp_path / "a.glb")
    path.write_bytes(path.read_bytes().replace(b'"SCALAR"', b'"SCALAX"'))
    assert validated(programs, path, tmp_path / "report.json")["issues"]["numErrors"] > 0


def validated(programs: Path, path: Path, out: Path) -> dict:
    """Return the report of Khronos' validator."""
    modules = programs / "node_modules"
    if not (modules / "gltf-validator").is_dir():
        pytest.skip(f"{modules} has no gltf-validator")
    environment = {"NODE_PATH": str(modules), "PATH": f"{programs / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
    script = Path(__file__).with_name("validate_gltf.js")
    subprocess.run(["node", script, path, out], check=True, env=environment, capture_output=True)
    return json.loads(out.read_text())
