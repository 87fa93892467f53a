"""Pictures lie in memory that is used again, and never while somebody looks at them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinelift.video.picturing import PictureMemory


def _image(brightness: int, size: tuple[int, int] = (6, 8)) -> np.ndarray:
    return np.full((*size, 3), brightness, np.uint8)


def _place(picture: np.ndarray) -> int:
    return picture.ctypes.data


def test_memory_is_taken_again_once_nothing_looks_at_its_picture() -> None:
    memory = PictureMemory()
    first = memory.copy(_image(1))
    place = _place(first)
    del first
    assert _place(memory.copy(_image(2))) == place


def test_a_view_of_a_picture_keeps_its_memory() -> None:
    memory = PictureMemory()
    picture = memory.copy(_image(1))
    corner = picture[2:, ::2][:, 1:]
    del picture
    others = [memory.copy(_image(9)) for _ in range(3)]
    assert (corner == 1).all()
    assert all((other == 9).all() for other in others)


@given(st.lists(st.tuples(st.integers(0, 255), st.booleans()), min_size=1, max_size=40))
def test_kept_pictures_never_change_and_memory_does_not_grow_with_what_is_let_go(
    drawn: list[tuple[int, bool]],
) -> None:
    memory, kept, places = PictureMemory(), [], set()
    for brightness, keep in drawn:
        picture = memory.copy(_image(brightness))
        places.add(_place(picture))
        if keep:
            kept.append((brightness, picture))
        del picture
    assert all((picture == brightness).all() for brightness, picture in kept)
    assert len(places) <= len(kept) + 1


def test_pictures_of_another_size_get_memory_of_theirs() -> None:
    memory = PictureMemory()
    memory.copy(_image(1))
    turned = memory.copy(_image(2, (8, 5)).transpose(1, 0, 2))
    assert turned.shape == (5, 8, 3)
    assert turned.flags.c_contiguous
    assert (turned == 2).all()
