"""One courier for each receiver: who is slow or dead holds up nobody else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

logger = logging.getLogger(__name__)


class Couriers:
    """Sends couriers out, at most one at a time to a receiver; what they do is `errand`, by the receiver's name.

    `most` may be out at a time: as many as there are receivers, so that all of them can hang without harm.
    """

    def __init__(self, errand: Callable[[str], None], *, most: int) -> None:
        self._errand = errand
        self._pool = ThreadPoolExecutor(max_workers=most, thread_name_prefix="courier")
        self._out: dict[str, Future[None]] = {}
        self._lock = Lock()

    def send(self, receivers: Iterable[str]) -> None:
        """Send a courier to each of these who has none on the way; wait for none of them."""
        with self._lock:
            for courier in self._take_back():
                if error := courier.exception():
                    logger.error("a courier came back with a fault: %s", error, exc_info=error)
            for receiver in receivers:
                if receiver not in self._out:
                    self._out[receiver] = self._pool.submit(self._errand, receiver)

    def wait(self) -> None:
        """Wait until all are back; raises what one of them ran into."""
        with self._lock:
            out = list(self._out.values())
        wait(out)
        with self._lock:
            back = self._take_back()
        for courier in back:
            courier.result()

    def close(self) -> None:
        """Send nobody out any more, and wait for those who are out."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _take_back(self) -> list[Future[None]]:
        back = {receiver: courier for receiver, courier in self._out.items() if courier.done()}
        for receiver in back:
            del self._out[receiver]
        return list(back.values())
