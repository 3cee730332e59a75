"""Reads ahead in a thread, so that reading and computing overlap."""

from __future__ import annotations

import threading
from collections.abc import Generator
from queue import SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
_AT_MOST_WAITING = 2


def ahead(items: Generator[Item]) -> Generator[Item]:
    """The same items; at most two wait to be taken, and an error comes in its turn.

    The thread, and `items` with all that it holds open, ends with this generator: at its end, when it is closed,
    or when nobody refers to it any more.

    >>> list(ahead(number * number for number in (1, 2, 3)))
    [1, 4, 9]
    """
    reader = _Reader(items)
    thread = threading.Thread(target=reader.read, name="seamark-reads-ahead", daemon=True)
    thread.start()
    try:
        while (taken := reader.take()) is not None:
            yield taken.item
    finally:
        reader.stop()
        if thread is not threading.current_thread():  # a collector may run in any thread, this one included
            thread.join()


class _Taken(Generic[Item]):
    """An item, which may itself be None."""

    def __init__(self, item: Item) -> None:
        self.item = item


class _Reader(Generic[Item]):
    """Both ends of the queue between the thread and its consumer."""

    def __init__(self, items: Generator[Item]) -> None:
        self._items = items
        self._queue: SimpleQueue[_Taken[Item] | BaseException | None] = SimpleQueue()
        self._room = threading.Semaphore(_AT_MOST_WAITING)
        self._is_stopped = threading.Event()

    def read(self) -> None:
        """Fills the queue until the items or the consumer end."""
        try:
            self._fill()
        except BaseException as error:  # noqa: BLE001 - raised again where the items are taken
            self._queue.put(error)
        else:
            self._queue.put(None)

    def take(self) -> _Taken[Item] | None:
        """The next item, or None after the last."""
        taken = self._queue.get()
        self._room.release()
        if isinstance(taken, BaseException):
            raise taken
        return taken

    def stop(self) -> None:
        """No further item is read."""
        self._is_stopped.set()
        self._room.release()

    def _fill(self) -> None:
        try:
            while self._has_room():
                self._queue.put(_Taken(next(self._items)))
        except StopIteration:
            pass
        finally:
            self._items.close()

    def _has_room(self) -> bool:
        self._room.acquire()
        return not self._is_stopped.is_set()
