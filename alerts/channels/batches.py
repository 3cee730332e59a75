"""Hands things over in batches, and finds the bad ones in a batch that is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from alerts.channels.answer import RefusedError

T = TypeVar("T")
ABOUT_THE_CONTENT = frozenset((400, 413, 422))  # fewer or other things may be taken


def hand_over(things: Sequence[T], post: Callable[[Sequence[T]], object], *, size: int) -> list[tuple[T, RefusedError]]:
    """Post everything, and say what was refused for itself; the error, if it is not about the content.

    All batches go first. Then those that were refused go again in halves, until what is bad stands alone: it costs
    about twice as many posts as the size of a batch has binary digits, and the good ones arrive.
    """
    waiting = [things[start : start + size] for start in range(0, len(things), size)]
    bad: list[tuple[T, RefusedError]] = []
    while waiting:
        halves: list[Sequence[T]] = []
        for batch in waiting:
            error = _refusal(batch, post)
            if error and len(batch) == 1:
                bad.append((batch[0], error))
            elif error:
                middle = len(batch) // 2
                halves += [batch[:middle], batch[middle:]]
        waiting = halves
    return bad


def _refusal(batch: Sequence[T], post: Callable[[Sequence[T]], object]) -> RefusedError | None:
    try:
        post(batch)
    except RefusedError as error:
        if error.status not in ABOUT_THE_CONTENT:
            raise
        return error
    return None
