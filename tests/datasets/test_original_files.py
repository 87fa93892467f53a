"""Data sets read from their owners' files, which a program wrote that shares no code with what reads them."""

import json
import os

import numpy as np
import pytest

from kinelift.body.skeleton import H36M_17
from kinelift.datasets.human36m_files import human36m_facts, human36m_files
from kinelift.datasets.humaneva_files import humaneva_files
from kinelift.datasets.mpi_inf_3dhp_files import FACTS, TRAIN_CAMERAS, mpi_inf_3dhp_files
from kinelift.datasets.recorded_store import open_set, prepare_set
from kinelift.interop.videopose3d import read_keypoints_2d, read_poses_3d
from kinelift.sampling.studio_source import StudioData, UnlabelledData, load_studio
from kinelift.sampling.unlabelled import HalfLabelled
from tests.datasets.synthetic_originals import make_synthetic_originals, make_synthetic_studio

for _library in ("cdflib", "scipy", "h5py"):
    pytest.importorskip(_library, reason="data sets' own files need: pip install '.[datasets]'")

FRAMES = 3


@pytest.fixture(scope="module")
def human36m(tmp_path_factory):
    """Write Human3.6M's CDF, and VideoPose3D's files of the same motion."""
    folder = tmp_path_factory.mktemp("human36m")
    make_synthetic_originals.write_human36m(folder / "original", FRAMES)
    make_synthetic_studio.write("human36m", folder / "videopose3d", ["gt"], FRAMES)
    make_synthetic_studio.write("human36m", folder / "detected", ["sh_ft_h36m"], FRAMES)
    return folder


def test_human36ms_cdf_gives_the_sequences_that_videopose3ds_files_of_the_same_motion_give(human36m):
    prepare_set(human36m_facts(), human36m_files(human36m / "original"), human36m / "prepared")
    data = StudioData(detections="gt", subjects=("S1", "S5", "S9", "S11"), actions=("Photo", "Walk"))
    ours = load_studio(data, human36m / "prepared")
    theirs = load_studio(data, human36m / "videopose3d")
    assert ours.layout == theirs.layout == "h36m"
    theirs, ours = (_rows(source.sequences) for source in (theirs, ours))
    assert len(ours) == len(theirs) == 4 * 8 * 4 * FRAMES
    np.testing.assert_allclose(ours, theirs, atol=2e-6)


def _rows(sequences):
    """Return every frame's numbers in an order of their own: both list recordings as they come."""
    parts = [values.reshape(len(values), -1) for values in (sequences.joints, sequences.targets)]
    rows = np.concatenate(parts, axis=1)
    return rows[np.argsort(rows[:, 1])]


def test_whoever_is_learnt_from_without_labels_is_seen_alike_in_both(human36m):
    prepare_set(human36m_facts(), human36m_files(human36m / "original"), human36m / "prepared")
    data = StudioData(detections="gt", subjects=("S1",), actions=("Eating",))
    ours, theirs = (
        load_studio(data, human36m / name, UnlabelledData(subjects=("S5", "S6"))).sequences
        for name in ("prepared", "videopose3d")
    )
    assert isinstance(ours, HalfLabelled)
    assert isinstance(theirs, HalfLabelled)
    # Keypoints that run on beyond the motion capture are VideoPose3D's alone.
    clips = theirs.unlabelled.joints.reshape(len(theirs.unlabelled.lengths), -1, 17, 2)[:, :FRAMES]
    assert ours.unlabelled.lengths.tolist() == [FRAMES] * len(clips) == [FRAMES] * (2 * 2 * 4)
    np.testing.assert_allclose(ours.unlabelled.joints, clips.reshape(-1, 17, 2), atol=2e-6)
    np.testing.assert_allclose(ours.unlabelled.intrinsics, theirs.unlabelled.intrinsics, rtol=1e-6)
    assert ours.roots is not None
    assert theirs.roots is not None
    np.testing.assert_allclose(ours.roots, theirs.roots, atol=2e-6)


def test_a_network_has_the_figures_on_a_prepared_set_that_it_has_on_videopose3ds_files(human36m):
    torch = pytest.importorskip("torch", reason="testing needs torch: pip install '.[train]'")
    from kinelift.evaluation.networks import Networks
    from kinelift.evaluation.studio_protocol import Selection, evaluate, evaluate_prepared
    from kinelift.model.temporal import TemporalModel
    from kinelift.training.paper_presets import PAPER_PRESETS

    prepare_set(human36m_facts(), human36m_files(human36m / "original"), human36m / "prepared")
    torch.manual_seed(0)
    networks = Networks(TemporalModel(PAPER_PRESETS["h36m-debug"].model).eval(), None)
    selection = Selection(actions=("Walk", "Photo"))
    ours = evaluate_prepared(networks, open_set(human36m / "prepared"), selection).to_dict()
    files = human36m / "videopose3d"
    theirs = evaluate(
        networks,
        read_poses_3d(files / "data_3d_h36m.npz"),
        read_keypoints_2d(files / "data_2d_h36m_gt.npz"),
        selection,
    ).to_dict()
    assert ours["average"] == pytest.approx(theirs["average"], rel=1e-4)
    assert ours["frames"] == theirs["frames"]
    assert (
        set(ours["per_action"])
        == set(theirs["per_action"])
        == {"Walking", "WalkTogether", "WalkDog", "Photo"}
    )


def test_only_valid_frames_of_a_test_set_are_scored_and_nothing_along_time(tmp_path):
    torch = pytest.importorskip("torch", reason="testing needs torch: pip install '.[train]'")
    from kinelift.evaluation.networks import Networks
    from kinelift.evaluation.studio_protocol import Selection, evaluate_prepared
    from kinelift.model.temporal import TemporalModel
    from kinelift.training.paper_presets import PAPER_PRESETS

    make_synthetic_originals.write_mpi_inf_3dhp(tmp_path, 9)
    prepared = prepare_set(FACTS, mpi_inf_3dhp_files(tmp_path), tmp_path / "set")
    torch.manual_seed(0)
    networks = Networks(TemporalModel(PAPER_PRESETS["h36m-debug"].model).eval(), None)
    found = evaluate_prepared(networks, prepared, Selection(("TS1", "TS5"))).to_dict()
    assert found["frames"] == 2 * 3
    assert "p1_mm" in found["average"]
    assert "mpjve_mm" not in found["average"]
    assert found["rules"]["frames_scored"] == "every valid frame"


def test_human36ms_names_and_exceptions_are_those_of_the_paper(human36m):
    names = {each.name for each in human36m_files(human36m / "original")}
    assert len(names) == 7 * 30 - 1
    assert {"S1/Photo", "S5/Photo 1", "S9/WalkDog", "S11/Directions 1"} <= names
    assert "S11/Directions" not in names
    assert not any("_ALL" in name or "Taking" in name for name in names)


def test_a_detectors_keypoints_take_the_place_of_projected_joints(human36m, tmp_path):
    found = read_keypoints_2d(human36m / "detected" / "data_2d_h36m_sh_ft_h36m.npz")
    facts = human36m_facts(found)
    assert (facts.detections, facts.layout) == ("sh_ft_h36m", "mpii")
    prepared = prepare_set(facts, human36m_files(human36m / "original", found)[:1], tmp_path / "set")
    (first, *_), (recording,) = list(prepared), prepared.recordings
    subject, action = recording.split("/")
    np.testing.assert_array_equal(first.points_px, found[subject][action][0][:FRAMES])


def test_preparing_goes_on_where_it_was_stopped_and_reads_again_what_has_changed(human36m, tmp_path):
    out = tmp_path / "set"
    unread = human36m_files(human36m / "original")[:5]

    class PowerCutError(Exception):
        pass

    def stop_at_the_third(name, number, of):
        if number == 3:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        prepare_set(human36m_facts(), unread, out, on_reading=stop_at_the_third)
    with pytest.raises(FileNotFoundError, match="give `kinelift prepare` again, which goes on there"):
        open_set(out)
    made = {path: path.stat().st_mtime_ns for path in out.rglob("*.npy")}
    assert len(made) == 2 * 4 * 2
    prepared = prepare_set(human36m_facts(), unread, out)
    assert all(path.stat().st_mtime_ns == when for path, when in made.items())
    assert len(list(prepared)) == 5 * 4
    (path,) = unread[0].files
    before = path.stat()
    try:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
        prepare_set(human36m_facts(), unread, out)
    finally:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    again = {path for path, when in made.items() if path.stat().st_mtime_ns != when}
    assert {str(path.relative_to(out).parent) for path in again} == {unread[0].name}


def test_an_opened_set_maps_its_arrays_and_reads_none(human36m, tmp_path):
    prepare_set(human36m_facts(), human36m_files(human36m / "original")[:1], tmp_path)
    view = next(iter(open_set(tmp_path)))
    assert isinstance(view.points_px, np.memmap)
    assert isinstance(view.joints, np.memmap)
    assert not view.points_px.flags.writeable
    assert type(view.view().joints) is np.ndarray
    assert view.camera.lens is not None
    assert view.camera.lens.distortion is not None


def test_humanevas_recordings_are_cut_to_their_split_and_at_failures(tmp_path):
    make_synthetic_originals.write_humaneva(tmp_path, FRAMES)
    unread = {each.name: each for each in humaneva_files(tmp_path)}
    assert len(unread) == 2 * 3 * 5 - 2
    views = unread["Validate/S2/Walking 1"].read()
    assert [(view.action, view.camera.name) for view in views] == [
        (f"Walking 1 chunk{chunk}", camera) for chunk in (0, 1) for camera in ("C1", "C2", "C3")
    ]
    for view in views:
        assert view.joints is not None
        assert (view.subject, view.fps, len(view.joints)) == ("Validate/S2", 60.0, FRAMES)
        # The writer's lenses have 700 pixels and their centre in the image's.
        seen = 700.0 * view.joints[..., :2] / view.joints[..., 2:] + np.array([320.0, 240.0])
        np.testing.assert_allclose(seen, view.points_px, atol=1e-3)


def test_mpi_inf_3dhps_joints_stand_in_human36ms_order_in_training_and_test(tmp_path):
    make_synthetic_originals.write_mpi_inf_3dhp(tmp_path, 6)
    prepared = prepare_set(FACTS, mpi_inf_3dhp_files(tmp_path), tmp_path / "set")
    views = list(prepared)
    assert [view.fps for view in views] == [25.0] * 8 + [50.0] * 8 + [25.0] * 2
    assert [view.camera.name for view in views[:8]] == [str(camera) for camera in TRAIN_CAMERAS]
    lens = views[0].camera.lens
    assert lens is not None
    assert (lens.focal_length, lens.center) == ((1500.0, 1500.0), (1024.0, 1024.0))
    assert views[-1].camera.image_size == (1920, 1080)
    rng = np.random.default_rng(0)
    moved = [make_synthetic_studio.motion(6, rng) for _ in range(4)]
    names = make_synthetic_studio.LAYOUTS["h36m"][0].split()
    for view, points in zip((views[0], views[-1]), (moved[0], moved[3]), strict=True):
        assert view.joints is not None
        expected = make_synthetic_originals._in_camera(points, names)
        np.testing.assert_allclose(view.joints, expected, atol=1e-5)
        seen = 1500.0 * view.joints[..., :2] / view.joints[..., 2:] + 1024.0
        np.testing.assert_allclose(seen, view.points_px, atol=1e-2)
    assert views[0].scored is None
    assert views[-1].scored is not None
    assert views[-1].scored.tolist() == [True, False, False] * 2
    assert prepared.facts.joints == H36M_17
    with pytest.raises(ValueError, match="for tests alone"):
        load_studio(StudioData(detections="gt", subjects=("TS1",)), tmp_path / "set")


@pytest.mark.parametrize("content", [b"", b"no CDF at all", b"\xcd\xf3\x00\x01\x00\x00\xff\xff" + bytes(50)])
def test_a_damaged_cdf_is_named(human36m, tmp_path, content):
    path = tmp_path / "S1" / "MyPoseFeatures" / "D3_Positions" / "Eating.cdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"Eating\.cdf: (not a CDF file|a damaged CDF file)"):
        human36m_files(tmp_path)[0].read()


@pytest.mark.parametrize("content", [b"", b"no .mat at all", b"\x89HDF\r\n\x1a\n" + bytes(600)])
def test_a_damaged_mat_is_named(tmp_path, content):
    for name in ("Train/S1/Walking_1.mat", "TS1/annot_data.mat"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    for unread in (humaneva_files(tmp_path), mpi_inf_3dhp_files(tmp_path)):
        with pytest.raises(ValueError, match=r"\.mat: (not a \.mat file|no |annot)"):
            unread[0].read()


def test_a_folder_without_such_files_says_what_was_looked_for(tmp_path):
    for read, said in (
        (human36m_files, "D3_Positions"),
        (humaneva_files, "converted_15j"),
        (mpi_inf_3dhp_files, "annot.mat"),
    ):
        with pytest.raises(ValueError, match=said):
            read(tmp_path)


def test_a_damaged_set_is_named_and_says_the_mend(human36m, tmp_path):
    prepare_set(human36m_facts(), human36m_files(human36m / "original")[:1], tmp_path)
    (array, *_) = sorted(tmp_path.rglob("*_points_px.npy"))
    array.write_bytes(array.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"a damaged recording .* prepare again"):
        list(open_set(tmp_path))
    (tmp_path / "dataset.json").write_text(json.dumps({"format": "another"}))
    with pytest.raises(ValueError, match="not an index in the form"):
        open_set(tmp_path)
