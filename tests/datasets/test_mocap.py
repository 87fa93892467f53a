"""Motion capture: tiny files of every kind become trials of one kind, clean and with level heads."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from kinelift.datasets.damage import RIGID_BONES, clean_runs
from kinelift.datasets.head_levelling import head_angles_radians, unturned
from kinelift.datasets.mocap import (
    MOCAP_JOINTS,
    MocapTrial,
    decimate,
    is_held_out,
    level_heads,
    load_asf_amc_zip,
    load_bvh_zip,
    load_mocap,
    load_positions,
    load_trials,
    save_trials,
)

FRAMES = 180

# Bone, parent, direction and length in inches / 0.45 of a person who faces +z with the left side at +x.
_SIDE = [
    ("hipjoint", "root", (1, -1, 0), 2.5),
    ("femur", "hipjoint", (0, -1, 0), 7.5),
    ("tibia", "femur", (0, -1, 0), 7.4),
    ("foot", "tibia", (0, -0.3, 0.95), 2.2),
    ("clavicle", "thorax", (1, 0.3, 0), 3.4),
    ("humerus", "clavicle", (0, -1, 0), 5.3),
    ("radius", "humerus", (0, -1, 0), 3.4),
    ("wrist", "radius", (0, -1, 0), 1.7),
]
_CENTRE = [
    ("lowerback", "root", (0, 1, 0), 2.1),
    ("upperback", "lowerback", (0, 1, 0), 2.1),
    ("thorax", "upperback", (0, 1, 0), 2.1),
    ("lowerneck", "thorax", (0, 1, 0), 1.6),
    ("upperneck", "lowerneck", (0, 1, 0), 1.7),
    ("head", "upperneck", (0, 1, 0), 1.7),
]


def person_asf() -> str:
    bones = list(_CENTRE)
    for side, sign in (("l", 1), ("r", -1)):
        for bone, parent, (x, y, z), length in _SIDE:
            parent = parent if parent in ("root", "thorax") else side + parent
            bones.append((side + bone, parent, (sign * x, y, z), length))
    blocks = "".join(
        f"begin\nname {bone}\ndirection {x} {y} {z}\nlength {length}\naxis 0 0 0 XYZ\n"
        f"{'dof rx ry rz' if bone == 'head' else ''}\nend\n"
        for bone, _, (x, y, z), length in bones
    )
    tree = "".join(f"{parent} {bone}\n" for bone, parent, _, _ in bones)
    return (
        ":units\nlength 0.45\nangle deg\n:root\norder TX TY TZ RX RY RZ\n"
        f":bonedata\n{blocks}:hierarchy\nbegin\n{tree}end\n"
    )


def person_amc(frames: int = FRAMES, nod_degrees: float = 0.0, turn_degrees: float = 0.0) -> str:
    """Walk along z while the head looks down by `nod_degrees` and left by `turn_degrees`."""
    return ":FULLY-SPECIFIED\n:DEGREES\n" + "".join(
        f"{frame}\nroot 0 17 {0.2 * frame} 0 0 0\nhead {nod_degrees} {turn_degrees} 0\n"
        for frame in range(1, frames + 1)
    )


def daz_bvh(frames: int = FRAMES) -> str:
    def joint(name: str, offset: str, *children: str) -> str:
        inner = "".join(children) or "End Site\n{\nOFFSET 0 -2 12\n}\n"
        return f"JOINT {name}\n{{\nOFFSET {offset}\nCHANNELS 3 Zrotation Xrotation Yrotation\n{inner}}}\n"

    def arm(side: str, sign: int) -> str:
        hand = joint(f"{side}Hand", f"{sign * 22} 0 0")
        return joint(f"{side}Shldr", f"{sign * 11} 17 0", joint(f"{side}ForeArm", f"{sign * 28} 0 0", hand))

    def leg(side: str, sign: int) -> str:
        foot = joint(f"{side}Foot", "0 -45 -5")
        return joint(f"{side}Thigh", f"{sign * 9} 2 0", joint(f"{side}Shin", "0 -37 1", foot))

    neck = joint("neck", "0 22 -2", joint("head", "0 7 1"))
    chest = joint("chest", "0 12 0", neck, arm("l", 1), arm("r", -1))
    body = joint("abdomen", "0 20 0", chest) + leg("l", 1) + leg("r", -1)
    row = " ".join(["0 85 0"] + ["0"] * 3 * (1 + body.count("JOINT")))
    return (
        "HIERARCHY\nROOT hip\n{\nOFFSET 0 0 0\n"
        f"CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation\n{body}}}\n"
        f"MOTION\nFrames: {frames}\nFrame Time: 0.00833333\n" + f"{row}\n" * frames
    )


def zipped(path: Path, **files: str) -> Path:
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def save_positions(path: Path, **changes: np.ndarray) -> None:
    """Write two trials of the person as positions, at 24 and 60 fps, the second of another rig."""
    trial = person()
    arrays = {
        "trials": np.array(["94_01", "06_02"]),
        "sources": np.array(["ShovelHand", "DragonForged"]),
        "fps": np.array([24.0, 59.999]),
        "lengths": np.array([100, 80]),
        "joint_names": np.array(MOCAP_JOINTS),
        "positions": trial.joints.copy(),
        "head_axes": trial.head_axes,
    }
    arrays["positions"][100:, MOCAP_JOINTS.index("head_top")] = np.nan
    np.savez(path, **{**arrays, **changes})  # pyright: ignore[reportArgumentType]


def person(frames: int = FRAMES, fps: float = 60.0, trial: str = "07_01") -> MocapTrial:
    """The person of the ASF, built by hand: standing still, facing +z."""
    height = {
        "hip": 0.85, "knee": 0.43, "ankle": 0.03, "toe": 0.0, "spine": 1.1, "thorax": 1.3, "neck": 1.4,
        "head": 1.5, "head_top": 1.6, "shoulder": 1.37, "elbow": 1.07, "wrist": 0.8, "pelvis": 0.85,
    }  # fmt: skip
    pose = np.zeros((len(MOCAP_JOINTS), 3), np.float32)
    for index, name in enumerate(MOCAP_JOINTS):
        side, _, part = name.rpartition("_") if name != "head_top" else ("", "", name)
        reach = 0.2 if part in ("shoulder", "elbow", "wrist") else 0.1
        pose[index] = (
            {"left": reach, "right": -reach}.get(side, 0.0),
            height[part],
            0.12 if part == "toe" else 0.0,
        )
    return MocapTrial(
        joints=np.tile(pose, (frames, 1, 1)),
        joint_names=MOCAP_JOINTS,
        head_axes=np.tile(np.eye(3, dtype=np.float32), (frames, 1, 1)),
        fps=fps,
        subject=trial.split("_")[0],
        trial=trial,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One file of every kind."""
    skeleton, walk = person_asf(), person_amc()
    zipped(
        tmp_path / "cmu_14.zip", **{f"14__14_{n}.amc": walk for n in ("02", "11")}, **{"14__14.asf": skeleton}
    )
    zipped(tmp_path / "cmu_daz_salsa.zip", **{"salsa__01.bvh": daz_bvh()})
    zipped(tmp_path / "cmu_daz_indian.zip", **{"indian__04.bvh": daz_bvh()})
    save_positions(tmp_path / "cmu_more.npz")
    loose = tmp_path / "loose" / "49"
    loose.mkdir(parents=True)
    (loose / "49.asf").write_text(skeleton)
    (loose / "49_01.amc").write_text(walk)
    return tmp_path


def test_every_kind_of_file_becomes_the_same_kind_of_trial(folder: Path):
    trials = {trial.trial: trial for trial in load_mocap(folder)}
    facts = {name: (trial.subject, trial.fps, len(trial.joints)) for name, trial in trials.items()}
    assert facts == {
        "14_02": ("14", 120.0, FRAMES),
        "14_11": ("14", 120.0, FRAMES),
        "49_01": ("49", 120.0, FRAMES),
        "salsa_01": ("60_61", 60.0, FRAMES - 12),
        "indian_04": ("indian", 120.0, FRAMES - 12),
        "94_01": ("94", 24.0, 100),
        "06_02": ("06", 60.0, 80),
    }
    for trial in trials.values():
        assert trial.joint_names == MOCAP_JOINTS
        assert_is_a_person(trial)


def assert_is_a_person(trial: MocapTrial) -> None:
    """Left is left, up is up, the head and the toes face where the body faces, the parts stand in order."""
    left = trial.joint("left_hip") - trial.joint("right_hip")
    forward = np.cross(left, [0, 1, 0])
    np.testing.assert_allclose(np.linalg.det(trial.head_axes), 1, atol=1e-5)
    assert (np.sum(trial.head_axes[..., 0] * left, axis=1) > 0).all()
    assert (np.sum(trial.head_axes[..., 2] * forward, axis=1) > 0).all()
    assert (np.sum((trial.joint("left_toe") - trial.joint("left_ankle")) * forward, axis=1) > 0).all()
    upwards = ("left_toe", "left_ankle", "left_knee", "pelvis", "spine", "thorax", "neck", "head", "head_top")
    heights = np.stack([trial.joint(name)[:, 1] for name in upwards], axis=1)
    assert (np.diff(heights, axis=1) > 0).all()
    np.testing.assert_allclose(
        trial.joint("pelvis"), (trial.joint("left_hip") + trial.joint("right_hip")) / 2
    )


def test_held_out_trials_are_skipped_before_they_are_read(folder: Path):
    trials = load_mocap(folder, exclude=is_held_out)
    assert {trial.trial for trial in trials} == {"14_11", "salsa_01", "indian_04", "94_01", "06_02"}


def test_progress_counts_the_files(folder: Path):
    told: list[tuple[str, int, int]] = []
    load_mocap(folder, on_progress=lambda *news: told.append(news))
    assert [(name, number) for name, number, _ in told][:2] == [("cmu_14.zip", 1), ("cmu_daz_indian.zip", 2)]
    assert told[-1][1:] == (5, 5)


def test_a_trial_that_stands_in_two_places_is_read_once(folder: Path):
    zipped(folder / "copy_of_14.zip", **{"14__14_11.amc": person_amc(), "14__14.asf": person_asf()})
    assert [trial.trial for trial in load_mocap(folder)].count("14_11") == 1


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        ("49_01", True), ("127_32", True), ("135_11", True), ("14_01", True), ("14_10", True),
        ("14_11", False), ("149_01", False), ("01_01", False), ("indian_14", False), ("salsa_01", False),
    ],
)  # fmt: skip
def test_the_held_out_split_is_by_whole_names(trial: str, expected: bool):
    assert is_held_out(trial) is expected
    assert is_held_out(person(trial=trial)) is expected


def test_a_broken_motion_is_left_out_and_said_so(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    files = {"1__01.asf": person_asf(), "1__01_01.amc": person_amc(), "1__01_02.amc": person_amc()[:-5]}
    trials = load_asf_amc_zip(zipped(tmp_path / "cmu_01.zip", **files))
    assert [trial.trial for trial in trials] == ["01_01"]
    assert "01_02.amc: line" in caplog.text


def test_an_amc_without_its_skeleton_names_the_file_it_needs(tmp_path: Path):
    with pytest.raises(ValueError, match=r"01/01_01.amc needs its skeleton 01/01.asf beside it"):
        load_asf_amc_zip(zipped(tmp_path / "cmu_01.zip", **{"01__01_01.amc": person_amc()}))


def test_what_is_no_zip_is_refused(tmp_path: Path):
    (tmp_path / "cmu_01.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ValueError, match=r"cmu_01.zip: not a zip file, or a damaged one"):
        load_bvh_zip(tmp_path / "cmu_01.zip")


def test_a_folder_without_motion_and_no_folder_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match=r"no trial left; expected .zip, .npz, .asf with .amc, or .bvh"):
        load_mocap(tmp_path)
    with pytest.raises(FileNotFoundError, match="no such folder of motion capture"):
        load_mocap(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lengths": np.array([100, 81])}, "lengths add up to 181 frames, but positions have 180"),
        ({"joint_names": np.array(MOCAP_JOINTS[::-1])}, "joint_names must be pelvis, left_hip"),
    ],
)
def test_positions_that_do_not_fit_are_refused(tmp_path: Path, changes: dict[str, np.ndarray], message: str):
    save_positions(tmp_path / "more.npz", **changes)
    with pytest.raises(ValueError, match=message):
        load_positions(tmp_path / "more.npz")


def test_positions_that_are_not_finite_leave_their_trial_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    positions = person().joints.copy()
    positions[3, 4] = np.nan
    save_positions(tmp_path / "more.npz", positions=positions)
    assert [trial.trial for trial in load_positions(tmp_path / "more.npz")] == ["06_02"]
    assert "94_01 has joints that are not finite" in caplog.text


def test_a_leap_is_cut_out_with_the_frames_at_its_sides(caplog: pytest.LogCaptureFixture):
    trial = person()
    joints = trial.joints.copy()
    joints[100, :, 0] += 2.0  # there and back
    runs = clean_runs(replace(trial, joints=joints))
    assert [len(run.joints) for run in runs] == [99, 78]
    assert "07_01: 3 of 180 frames cut out: a joint leaps" in caplog.text


def stretch_a_foot(trial: MocapTrial) -> MocapTrial:
    joints = trial.joints.copy()
    joints[:60, MOCAP_JOINTS.index("left_toe"), 1] -= 0.1
    return replace(trial, joints=joints)


def turn_the_head_over(trial: MocapTrial) -> MocapTrial:
    axes = trial.head_axes.copy()
    axes[:60, :, :2] *= -1
    return replace(trial, head_axes=axes)


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [(stretch_a_foot, "a bone changes its length"), (turn_the_head_over, "the head is upside down")],
)
def test_a_damaged_beginning_is_cut_off(
    break_it: Callable[[MocapTrial], MocapTrial], reason: str, caplog: pytest.LogCaptureFixture
):
    assert [len(run.joints) for run in clean_runs(break_it(person()))] == [120]
    assert reason in caplog.text


def test_a_clean_trial_passes_as_it_is():
    trial = person()
    assert clean_runs(trial)[0] is trial


@pytest.mark.parametrize(("nod", "turn"), [(25.0, 0.0), (38.0, 44.0), (12.0, -16.0)])
def test_a_tilted_head_band_is_undone_exactly(tmp_path: Path, nod: float, turn: float):
    amc = person_amc(nod_degrees=nod, turn_degrees=turn)
    path = zipped(tmp_path / "cmu_03.zip", **{"03__03.asf": person_asf(), "03__03_01.amc": amc})
    (measured,) = load_asf_amc_zip(path)
    (level,) = load_mocap(tmp_path)
    pitch = np.degrees(head_angles_radians(measured)[:, 1])
    np.testing.assert_allclose(np.sin(np.radians(pitch)), -np.sin(np.radians(nod)), atol=1e-6)
    np.testing.assert_allclose(level.head_axes, np.broadcast_to(np.eye(3), (FRAMES, 3, 3)), atol=1e-5)


def test_levelling_keeps_what_the_head_does_and_leaves_others_alone():
    nodding = person()
    nods = np.zeros((FRAMES, 3))
    nods[:, 1] = np.radians(-20) + np.radians(5) * np.sin(np.arange(FRAMES))
    axes = np.stack([unturned(np.eye(3, dtype=np.float32)[None], -nod)[0] for nod in nods])
    level, other = level_heads([replace(nodding, head_axes=axes), person(trial="08_01")])
    pitch = head_angles_radians(level)[:, 1]
    np.testing.assert_allclose(np.ptp(pitch), np.ptp(nods[:, 1]), atol=1e-3)
    assert np.percentile(pitch, 70) == pytest.approx(0, abs=1e-3)
    np.testing.assert_array_equal(other.head_axes, person().head_axes)


def test_a_head_that_looks_up_is_not_lowered():
    up = np.broadcast_to(np.array([0.0, np.radians(10), 0.0]), (FRAMES, 3))[0]
    trial = replace(person(), head_axes=unturned(person().head_axes, -up))
    assert head_angles_radians(trial)[0, 1] == pytest.approx(np.radians(10), abs=1e-5)
    np.testing.assert_allclose(level_heads([trial])[0].head_axes, trial.head_axes, atol=1e-6)


def test_trials_survive_the_store(tmp_path: Path):
    trials = [person(), person(frames=50, fps=24.0, trial="60_61")]
    save_trials(tmp_path / "deep" / "trials.npz", trials)
    for before, after in zip(trials, load_trials(tmp_path / "deep" / "trials.npz"), strict=True):
        np.testing.assert_array_equal(before.joints, after.joints)
        np.testing.assert_array_equal(before.head_axes, after.head_axes)
        assert (before.fps, before.subject, before.trial) == (after.fps, after.subject, after.trial)
        assert before.joint_names == after.joint_names
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["trials.npz"]


def test_an_empty_list_survives_the_store(tmp_path: Path):
    save_trials(tmp_path / "trials.npz", [])
    assert load_trials(tmp_path / "trials.npz") == []


@pytest.mark.parametrize(
    ("fps", "kept_fps", "step"), [(120.0, 60.0, 2), (60.0, 60.0, 1), (24.0, 24.0, 1), (100.0, 50.0, 2)]
)
def test_decimation_keeps_every_nth_frame(tmp_path: Path, fps: float, kept_fps: float, step: int):
    trial = replace(
        person(fps=fps), joints=person().joints + np.arange(FRAMES, dtype=np.float32)[:, None, None]
    )
    save_trials(tmp_path / "trials.npz", [trial], max_fps=60.0)
    (kept,) = load_trials(tmp_path / "trials.npz")
    assert kept.fps == kept_fps
    np.testing.assert_array_equal(kept.joints, trial.joints[::step])
    assert decimate(trial, 60.0).joints.shape == kept.joints.shape


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save_trials(tmp_path / "trials.npz", [person()])

    def fail(*args: object, **arrays: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        save_trials(tmp_path / "trials.npz", [])
    assert len(load_trials(tmp_path / "trials.npz")) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["trials.npz"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"lengths": np.array([FRAMES + 1])},
            "lengths add up to 181 frames of 20 joints, but joints have shape",
        ),
        ({"lengths": np.array([FRAMES + 1, -1])}, "needs one positive length, rate and name a trial"),
        ({"fps": np.array([60.0, 60.0])}, "needs one positive length, rate and name a trial"),
        ({"joints": np.zeros((FRAMES, 20, 3))}, "joints must be float32, got float64"),
        (
            {"joints": np.full((FRAMES, 20, 3), np.nan, np.float32)},
            "every joint and head axis must be finite",
        ),
        (
            {"format": np.array("something else")},
            "not a file of trials in the form 'kinelift mocap trials 1'",
        ),
        ({"trials": np.array([{}], dtype=object)}, "not a file of trials, or a damaged one"),
    ],
)
def test_a_store_that_does_not_fit_is_refused(tmp_path: Path, changes: dict[str, np.ndarray], message: str):
    path = tmp_path / "trials.npz"
    save_trials(path, [person()])
    with np.load(path) as file:
        arrays = {key: file[key] for key in file.files}
    np.savez(path, **{**arrays, **changes})  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match=message):
        load_trials(path)


def test_a_truncated_store_is_refused(tmp_path: Path):
    path = tmp_path / "trials.npz"
    save_trials(path, [person()])
    for size in (0, 100, path.stat().st_size // 2):
        path.write_bytes(path.read_bytes()[:size])
        with pytest.raises(ValueError, match="not a file of trials"):
            load_trials(path)
        save_trials(path, [person()])


def test_a_trial_whose_shapes_disagree_says_both():
    with pytest.raises(
        ValueError, match=r"joints \(180, 20, 3\) and .* do not fit each other or 19 joint names"
    ):
        replace(person(), joint_names=MOCAP_JOINTS[:-1])


def test_a_real_zip_gives_people_of_constant_bones(shared: Path):
    trials = load_asf_amc_zip(shared / "mocap" / "cmu_09.zip")
    assert len(trials) == 12
    for trial in trials:
        for start, end in RIGID_BONES:
            lengths = np.linalg.norm(trial.joint(end) - trial.joint(start), axis=-1)
            assert np.ptp(lengths) < 1e-4


@pytest.mark.slow
def test_all_the_real_data_is_of_people_who_face_where_they_look(
    shared: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.ERROR)
    trials = load_mocap(shared / "mocap")
    assert len({trial.trial for trial in trials}) > 400
    facing, sides = [], []
    for trial in trials:
        hips = trial.joint("left_hip") - trial.joint("right_hip")
        left = hips + trial.joint("left_shoulder") - trial.joint("right_shoulder")
        left /= np.linalg.norm(left, axis=-1, keepdims=True)
        trunk = trial.joint("neck") - trial.joint("pelvis")
        forward = np.cross(left, trunk / np.linalg.norm(trunk, axis=-1, keepdims=True))
        facing.append(np.mean(np.sum(trial.head_axes[..., 2] * forward, axis=-1)))
        sides.append(np.mean(np.sum(trial.head_axes[..., 0] * left, axis=-1)))
        np.testing.assert_allclose(np.linalg.det(trial.head_axes), 1, atol=1e-4)
    assert min(facing) > 0.3
    assert min(sides) > 0.4
    assert np.mean(np.array(facing) > 0.7) > 0.93
    assert np.mean(np.array(sides) > 0.7) > 0.97
