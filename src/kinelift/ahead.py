"""What comes next, made in a thread while what came before is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def made_ahead(items: Iterable[Item], count: int) -> Iterator[Item]:
    """Yield items in order, up to `count` of them made ahead in a thread; what fails there is raised here."""
    source = iter(items)
    end = object()
    maker = ThreadPoolExecutor(1)
    try:
        coming = deque(maker.submit(next, source, end) for _ in range(count))
        while (item := coming.popleft().result()) is not end:
            coming.append(maker.submit(next, source, end))
            yield item  # pyright: ignore[reportReturnType]
            del item
    finally:
        maker.shutdown(cancel_futures=True)
        close = getattr(source, "close", None)
        if close is not None:
            close()
