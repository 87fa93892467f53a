"""Windows are cut as the paper cuts them."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from kinelift.body import H36M_17
from kinelift.geometry.edges import repeat_edges
from kinelift.geometry.normalisation import MIRRORS
from kinelift.sampling.sequences import Sequences, cut_windows
from kinelift.training.batches import Gatherer


def sequences_of(keypoints, joints, lengths):
    """Return sequences in Human3.6M's layout on both sides."""
    return Sequences(
        keypoints,
        np.zeros((len(keypoints), 0), keypoints.dtype),
        joints,
        np.array(lengths),
        H36M_17,
        H36M_17,
        MIRRORS["width"],
    )


def test_one_frame_windows_match_the_reference(shared):
    golden = np.load(shared / "golden" / "windows.npz")
    pad, shift = int(golden["pad"]), int(golden["causal_shift"])
    clips = [(golden[f"seq{i}_2d"], golden[f"seq{i}_3d"]) for i in range(2)]
    keypoints, joints = (np.concatenate(part) for part in zip(*clips, strict=True))
    sequences = sequences_of(keypoints, joints, [len(k) for k, _ in clips])
    windows = cut_windows(sequences.lengths, past=pad + shift, look_ahead=pad - shift, mirrored=True)
    batch = Gatherer(sequences, windows, torch.device("cpu"))(np.arange(len(windows)))
    np.testing.assert_allclose(batch.joints, golden["batch_2d"], atol=1e-6)
    np.testing.assert_allclose(batch.targets, golden["batch_3d"], atol=1e-6)


def test_whole_sequences_are_padded_as_in_the_reference(shared):
    golden = np.load(shared / "golden" / "windows.npz")
    pad = int(golden["pad"])
    frames = golden["seq0_2d"]
    padded = repeat_edges(frames.reshape(len(frames), -1), pad, pad).reshape(-1, 17, 2)
    np.testing.assert_allclose(padded, golden["whole_2d"][0], atol=1e-6)
    mirrored = padded[:, H36M_17.mirrored] * (-1.0, 1.0)
    np.testing.assert_allclose(mirrored, golden["whole_2d"][1], atol=1e-6)


@given(
    lengths=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    past=st.integers(0, 6),
    look_ahead=st.integers(0, 6),
    mirrored=st.booleans(),
)
def test_every_frame_is_a_target_once_and_its_window_is_the_padded_clip_around_it(
    lengths, past, look_ahead, mirrored
):
    windows = cut_windows(np.array(lengths), past=past, look_ahead=look_ahead, mirrored=mirrored)
    assert len(windows) == sum(lengths) * (2 if mirrored else 1)
    frames = windows.frames(np.arange(len(windows)))
    at = 0
    for start, length in zip(np.cumsum(lengths) - lengths, lengths, strict=True):
        clip = np.pad(np.arange(start, start + length), (past, look_ahead), "edge")
        for copy in range(2 if mirrored else 1):
            for frame in range(length):
                assert frames[at].tolist() == clip[frame : frame + past + 1 + look_ahead].tolist()
                assert windows.target[at] == start + frame
                assert windows.mirrored[at] == (copy == 1)
                at += 1


def test_windows_over_the_edge_can_be_left_out():
    windows = cut_windows(np.array([5, 3, 9]), past=3, look_ahead=1, mirrored=False, edges="skip")
    assert windows.target.tolist() == [3, *range(8 + 3, 8 + 8)]
    assert (windows.frames(np.arange(6)) == windows.target[:, None] + np.arange(-3, 2)).all()


def test_mirroring_twice_is_nothing():
    rng = np.random.default_rng(0)
    sequences = sequences_of(rng.normal(size=(4, 17, 2)), rng.normal(size=(4, 17, 3)), [4])
    windows = cut_windows(sequences.lengths, past=1, look_ahead=1, mirrored=True)
    gather = Gatherer(sequences, windows, torch.device("cpu"))
    plain, mirrored = gather(np.arange(4)), gather(np.arange(4, 8))
    again = mirrored.joints[:, :, list(H36M_17.mirrored)] * torch.tensor([-1.0, 1.0])
    assert torch.equal(again, plain.joints)
    assert not torch.equal(mirrored.joints, plain.joints)
