"""The allow-list: which names in a foreign pickle are built, and what of.

A name is never looked up. It stays a `Name`, a few of which have a function here that rebuilds what the pickle means
by it; anything else becomes a `Placeholder` that does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from kinelift.interop.foreign_values import (
    MOST_AXES,
    Placeholder,
    Storage,
    Unfinished,
    array_from_bytes,
    array_of_objects,
    dtype_of_text,
    plain_key,
    whole_number,
)


def _dtype(text: Any, *_: Any) -> Any:
    dtype = dtype_of_text(text)
    if isinstance(dtype, Placeholder):
        return dtype

    def finish(state: Any) -> Any:
        return dtype.newbyteorder(state[1]) if state[1] in ("<", ">", "=") else dtype

    return Unfinished("numpy.dtype", finish)


def _array(_kind: Any, _shape: Any, _code: Any) -> Any:
    def finish(state: Any) -> Any:
        _, shape, dtype, fortran, content = state
        dtype = _known(dtype)
        if not isinstance(dtype, np.dtype):
            return Placeholder("numpy.dtype")
        if isinstance(content, Placeholder):
            return content
        order = "F" if fortran else "C"
        if dtype.hasobject:
            return array_of_objects(_list(content), shape, order)
        return array_from_bytes(_bytes(content), dtype, shape, order)

    return Unfinished("numpy.ndarray", finish)


def _array_in_band(content: Any, dtype: Any, shape: Any, order: Any) -> Any:
    dtype = _known(dtype)
    if not isinstance(dtype, np.dtype) or dtype.hasobject:
        return Placeholder("numpy.dtype")
    return array_from_bytes(_bytes(content), dtype, shape, order)


def _scalar(dtype: Any, content: Any) -> Any:
    dtype = _known(dtype)
    if not isinstance(dtype, np.dtype) or dtype.hasobject:
        return Placeholder("numpy.dtype")
    return array_from_bytes(_bytes(content), dtype, (), "C")[()]


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> Any:
    """Lay a tensor over its storage: every number of it inside, and no more of them than there are."""
    if not isinstance(storage, Storage):
        return storage if isinstance(storage, Placeholder) else Placeholder("(a tensor without numbers)")
    offset, shape, strides = (
        whole_number(offset),
        *(tuple(map(whole_number, each)) for each in (shape, strides)),
    )
    numbers, count = storage.numbers, prod(shape)
    if len(shape) != len(strides) or len(shape) > MOST_AXES or count > numbers.size:
        raise ValueError(f"a tensor of shape {shape} does not fit its {numbers.size} numbers")
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if count and last >= numbers.size:
        raise ValueError(f"a tensor of shape {shape} reaches beyond its {numbers.size} numbers")
    if not count:
        return np.zeros(shape, numbers.dtype)
    bytes_between = tuple(stride * numbers.itemsize for stride in strides)
    return np.lib.stride_tricks.as_strided(numbers[offset:], shape, bytes_between, writeable=False)


def _parameter(value: Any, *_: Any) -> Any:
    return value


def _encoded(text: Any, encoding: Any = "latin1") -> Any:
    if isinstance(text, str) and encoding in ("latin1", "latin-1"):
        return text.encode("latin-1")
    return Placeholder("_codecs.encode")


def _byte_string(content: Any = b"", encoding: Any = "latin1") -> Any:
    return content if isinstance(content, bytes | bytearray) else _encoded(content, encoding)


def _dict(pairs: Any = ()) -> dict[Any, Any]:
    items = pairs.items() if isinstance(pairs, dict) else _items(pairs)
    return {plain_key(key): value for key, value in items}


def _dict_with_default(_factory: Any = None, pairs: Any = ()) -> dict[Any, Any]:
    return _dict(pairs)


def _set(items: Any = ()) -> set[Any]:
    return {plain_key(item) for item in _items(items)}


def _list(items: Any = ()) -> list[Any]:
    return list(_items(items))


def _tuple(items: Any = ()) -> tuple[Any, ...]:
    return tuple(_items(items))


def _items(value: Any) -> Any:
    if not isinstance(value, list | tuple | set):
        raise ValueError(f"a container of {type(value).__name__}")
    return value


def _bytes(content: Any) -> bytes | bytearray:
    if isinstance(content, str):  # Python 2 wrote bytes as text
        return content.encode("latin-1")
    if not isinstance(content, bytes | bytearray):
        raise ValueError(f"an array whose content is {type(content).__name__}")
    return content


def _known(dtype: Any) -> Any:
    """A dtype that the pickle gave no state is as its text said."""
    return dtype.finish((0, None)) if isinstance(dtype, Unfinished) and dtype.name == "numpy.dtype" else dtype


BUILDERS: dict[str, Callable[..., Any]] = {
    "_codecs.encode": _encoded,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _dict_with_default,
    "numpy.dtype": _dtype,
    "torch.Size": _tuple,
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
    **{
        f"{module}.{name}": build
        for module in ("builtins", "__builtin__")
        for name, build in (
            ("dict", _dict),
            ("list", _list),
            ("tuple", _tuple),
            ("set", _set),
            ("frozenset", _set),
            ("bytes", _byte_string),
            ("bytearray", _byte_string),
        )
    },
    **{
        f"numpy.{core}.{name}": build
        for core in ("core", "_core")
        for name, build in (
            ("multiarray._reconstruct", _array),
            ("multiarray.scalar", _scalar),
            ("numeric._frombuffer", _array_in_band),
        )
    },
}
"""The allow-list: every name that is built, and how."""
