"""What became of the cameras' frames, for Prometheus: read from the broker when it is asked for."""

import time
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.counters import Account
from shared.errors import BrokerError, BrokerErrorReply

KEPT_S = 1.0
"""Whoever scrapes more often gets the same numbers again."""


class FrameAccounts(Collector):
    """Whole accounts, of all workers together; without samples while the broker is away.

    Args:
        cameras: returns whose.
        read: reads a camera's account; raises a `BrokerError`.
        monotonic: seconds.
    """

    def __init__(
        self,
        cameras: Callable[[], Sequence[str]],
        read: Callable[[str], Account],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cameras = cameras
        self._read = read
        self._monotonic = monotonic
        self._lock = Lock()
        self._read_at = float("-inf")
        self._accounts: dict[str, Account] = {}

    def describe(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """Return the families without samples; nothing is read."""
        return _families({})

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """Return the families with the numbers of now, or of a moment ago."""
        with self._lock:
            if self._monotonic() - self._read_at >= KEPT_S:
                self._accounts = self._read_all()
                self._read_at = self._monotonic()
            return _families(self._accounts)

    def _read_all(self) -> dict[str, Account]:
        accounts = {}
        for camera in self._cameras():
            try:
                accounts[camera] = self._read(camera)
            except (BrokerErrorReply, ValueError):
                continue  # This camera's keys are not what they should be; its rounds say so.
            except BrokerError:
                return {}  # Each further camera would take as long to find out.
        return accounts


def _families(accounts: dict[str, Account]) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
    outcomes = CounterMetricFamily(
        "mien_frames",
        "Frames captured, published and lost by cause, in this life of the broker.",
        labels=("camera", "outcome"),
    )
    unfinished = GaugeMetricFamily(
        "mien_frames_unfinished",
        "Frames pending with a worker, and waiting for one.",
        labels=("camera", "state"),
    )
    for camera, account in accounts.items():
        outcomes.add_metric((camera, "captured"), account.captured)
        outcomes.add_metric((camera, "published"), account.published)
        for cause, n in account.lost.items():
            outcomes.add_metric((camera, cause.value), n)
        unfinished.add_metric((camera, "pending"), account.pending)
        unfinished.add_metric((camera, "waiting"), account.waiting)
    return outcomes, unfinished
