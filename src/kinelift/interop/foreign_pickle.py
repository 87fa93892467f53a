"""Foreign pickles, read without running them.

A pickle is a program for a small stack machine, two of whose instructions are "look this name up" and "call it".
This machine has neither: names stay names, and what stands on the allow-list of `foreign_builders` is built by it.
Time and memory are bounded by the length of the file.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

from kinelift.interop.foreign_builders import BUILDERS
from kinelift.interop.foreign_values import Name, Placeholder, Unfinished, plain_key

MOST_INSTRUCTIONS = 20_000_000
"""Hours of keypoints have fewer."""

_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
# fmt: off
_LITERALS = frozenset((
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
    "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8",
    "SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8",
))
# fmt: on
_IGNORED = frozenset(("PROTO", "FRAME", "READONLY_BUFFER"))
_DAMAGED = (
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    struct.error,
)

Persistent = Callable[[Any], Any]
"""What a persistent id stands for: a storage in torch's files."""


def read_pickle(stream: BytesIO, persistent: Persistent | None = None) -> Any:
    """Return the value of the pickle at the stream's place, and leave the stream behind it.

    Out come containers, numbers, text, arrays (read-only), and a Placeholder for everything else. ValueError where
    the pickle is cut short, damaged or none.
    """
    most_copied = 4 * stream.getbuffer().nbytes + (1 << 20)
    machine = _Machine(persistent or _no_persistent, most_copied)
    try:
        for count, (instruction, argument, _) in enumerate(pickletools.genops(stream)):
            if count > MOST_INSTRUCTIONS:
                raise ValueError(f"more than {MOST_INSTRUCTIONS} instructions")
            if instruction.name == "STOP":
                return machine.pop()
            machine.step(instruction.name, argument)
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise ValueError(f"not a readable pickle ({reason:.200}); it is cut short or damaged.") from error
    raise ValueError("not a readable pickle (no end); it is cut short.")


class _Machine:
    """The stack, the marks in it and the memo."""

    def __init__(self, persistent: Persistent, most_copied: int) -> None:
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}
        self._persistent = persistent
        self._may_copy = most_copied

    def step(self, instruction: str, argument: Any) -> None:
        """Follow one instruction."""
        if instruction in _LITERALS:
            self._stack.append(argument)
        elif instruction in _CONSTANTS:
            self._stack.append(_CONSTANTS[instruction])
        elif instruction not in _IGNORED:
            follow = _INSTRUCTIONS.get(instruction)
            if follow is None:
                raise ValueError(f"an instruction {instruction}, which is not read here")
            follow(self, argument)

    def pop(self) -> Any:
        """Take the top value; those below the last mark are out of reach."""
        if len(self._stack) <= (self._marks[-1] if self._marks else 0):
            raise ValueError("a value is missing")
        return self._stack.pop()

    def mark(self, _: Any) -> None:
        self._marks.append(len(self._stack))

    def pop_mark(self, _: Any = None) -> list[Any]:
        """Take the values since the last mark."""
        start = self._marks.pop()
        values = self._stack[start:]
        del self._stack[start:]
        return values

    def drop(self, _: Any) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self.pop()

    def duplicate(self, _: Any) -> None:
        self._stack.append(self._stack[-1])

    def empty(self, make: Callable[[], Any]) -> None:
        self._stack.append(make())

    def collect(self, make: Callable[[list[Any]], Any]) -> None:
        """Make one value of those since the mark."""
        values = self.pop_mark()
        self._stack.append(make(values))

    def tuple_of(self, count: int) -> None:
        values = [self.pop() for _ in range(count)]
        self._stack.append(tuple(reversed(values)))

    def extend(self, values: list[Any]) -> None:
        match self._stack[-1]:
            case list() as target:
                target.extend(values)
            case set() as target:
                target.update(map(plain_key, values))
            case _:
                pass  # a placeholder takes what comes

    def set_items(self, values: list[Any]) -> None:
        if isinstance(target := self._stack[-1], dict):
            target.update(_pairs(values))

    def set_item(self) -> None:
        value, key = self.pop(), self.pop()
        self.set_items([key, value])

    def put(self, key: int | None) -> None:
        """Remember the top value, under the next number where none is said."""
        key = len(self._memo) if key is None else key
        self._memo[key] = value = self._stack[-1]
        if isinstance(value, Unfinished):
            value.memo_keys.append(key)

    def get(self, key: int) -> None:
        self._stack.append(self._memo[key])

    def name(self, text: str) -> None:
        self._stack.append(Name(".".join(text.split(" ", 1))))

    def stacked_name(self, _: Any) -> None:
        name, module = self.pop(), self.pop()
        self._stack.append(Name(f"{module}.{name}"))

    def call(self, arguments: Any) -> None:
        """Build what a name on the stack stands for, where the allow-list has it."""
        self._stack.append(self._build(self.pop(), arguments))

    def reduce(self, _: Any) -> None:
        self.call(self.pop())

    def call_with_keywords(self, _: Any) -> None:
        keywords, arguments, called = self.pop(), self.pop(), self.pop()
        self._stack.append(_placeholder(called) if keywords else self._build(called, arguments))

    def call_marked(self, _: Any) -> None:
        called, *arguments = self.pop_mark()
        self._stack.append(self._build(called, tuple(arguments)))

    def call_named(self, text: str) -> None:
        arguments = self.pop_mark()
        self._stack.append(self._build(Name(".".join(text.split(" ", 1))), tuple(arguments)))

    def set_state(self, _: Any) -> None:
        """Finish an array or a dtype; the state of anything else is of no use here."""
        state = self.pop()
        unfinished = self._stack[-1]
        if isinstance(unfinished, Unfinished):
            self._charge(state)
            finished = unfinished.finish(state)
            self._stack[-1] = finished
            for key in unfinished.memo_keys:
                self._memo[key] = finished

    def persistent_id(self, _: Any) -> None:
        self._stack.append(self._persistent(self.pop()))

    def persistent_text(self, text: str) -> None:
        self._stack.append(self._persistent(text))

    def _build(self, called: Any, arguments: Any) -> Any:
        build = BUILDERS.get(called.name) if isinstance(called, Name) else None
        if build is None or not isinstance(arguments, tuple):
            return _placeholder(called)
        self._charge(arguments)
        return build(*arguments)

    def _charge(self, arguments: Any) -> None:
        """Count what building copies, so that one long text cannot be copied over and over."""
        for argument in arguments if isinstance(arguments, tuple) else ():
            if isinstance(argument, str | bytes | bytearray | list | tuple | dict | set):
                self._may_copy -= len(argument)
        if self._may_copy < 0:
            raise ValueError("far more content than the file is long")


def _placeholder(called: Any) -> Placeholder:
    return Placeholder(
        called.name if isinstance(called, Name | Placeholder) else f"({type(called).__name__})"
    )


def _no_persistent(_: Any) -> Any:
    return Placeholder("(a persistent id)")


def _pairs(values: list[Any]) -> dict[Any, Any]:
    return {plain_key(key): value for key, value in zip(values[::2], values[1::2], strict=True)}


_INSTRUCTIONS: dict[str, Callable[[_Machine, Any], object]] = {
    "MARK": _Machine.mark,
    "POP": _Machine.drop,
    "POP_MARK": _Machine.pop_mark,
    "DUP": _Machine.duplicate,
    "EMPTY_LIST": lambda machine, _: machine.empty(list),
    "EMPTY_TUPLE": lambda machine, _: machine.empty(tuple),
    "EMPTY_DICT": lambda machine, _: machine.empty(dict),
    "EMPTY_SET": lambda machine, _: machine.empty(set),
    "LIST": lambda machine, _: machine.collect(list),
    "TUPLE": lambda machine, _: machine.collect(tuple),
    "DICT": lambda machine, _: machine.collect(_pairs),
    "FROZENSET": lambda machine, _: machine.collect(lambda values: set(map(plain_key, values))),
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "APPEND": lambda machine, _: machine.extend([machine.pop()]),
    "APPENDS": lambda machine, _: machine.extend(machine.pop_mark()),
    "ADDITEMS": lambda machine, _: machine.extend(machine.pop_mark()),
    "SETITEM": lambda machine, _: machine.set_item(),
    "SETITEMS": lambda machine, _: machine.set_items(machine.pop_mark()),
    "PUT": _Machine.put,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.put,
    "GET": _Machine.get,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.stacked_name,
    "REDUCE": _Machine.reduce,
    "NEWOBJ": _Machine.reduce,
    "NEWOBJ_EX": _Machine.call_with_keywords,
    "OBJ": _Machine.call_marked,
    "INST": _Machine.call_named,
    "BUILD": _Machine.set_state,
    "BINPERSID": _Machine.persistent_id,
    "PERSID": _Machine.persistent_text,
}
