"""The web service's metrics."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.web.ordering import Account
from services.web.picture import Picture

AGE_BUCKETS_S = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0)

SENT = "sent"
PASSED_OVER = "passed_over"


class Metrics:
    """Counts what is sent to viewers."""

    def __init__(self, registry: CollectorRegistry, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._sent = Counter("mien_web_frames_sent", "Frames sent to viewers.", ["camera"], registry=registry)
        self._age = Histogram(
            "mien_web_frame_age_seconds",
            "Age of a frame, since its capture, when a viewer's connection has taken it.",
            ["camera"],
            buckets=AGE_BUCKETS_S,
            registry=registry,
        )
        self._withheld = Counter(
            "mien_web_pictures_withheld",
            "Pictures that were not shown because they were less private than MIEN_PRIVACY asks for.",
            ["camera"],
            registry=registry,
        )
        self._events = Counter(
            "mien_web_result_events",
            "Results for readers of events, by what became of them: sent, or passed over for a newer one.",
            ["camera", "outcome"],
            registry=registry,
        )
        self._cut_off = Counter(
            "mien_web_browsers_cut_off",
            "Browser cameras that were cut off, by the code of the close.",
            ["code"],
            registry=registry,
        )

    def cut_off(self, code: int) -> None:
        """Count a browser camera that was cut off with this code."""
        self._cut_off.labels(code).inc()

    def forget(self, camera: str) -> None:
        """Drop the series of a camera that never comes back."""
        for series in (self._sent, self._age, self._withheld):
            with suppress(KeyError):
                series.remove(camera)
        for outcome in (SENT, PASSED_OVER):
            with suppress(KeyError):
                self._events.remove(camera, outcome)

    def withheld(self, camera: str) -> None:
        """Count a picture that was not shown because it was less private than it must be."""
        self._withheld.labels(camera).inc()

    def sent_to(self, camera: str) -> Callable[[Picture], None]:
        """Return what is to be called with each picture that was sent to a viewer of a camera."""
        sent, age = self._sent.labels(camera), self._age.labels(camera)

        def picture_was_sent(picture: Picture) -> None:
            sent.inc()
            age.observe(picture.age_s(self._monotonic()))

        return picture_was_sent

    def events_to(self, camera: str) -> Callable[[int, int], None]:
        """Return what is to be told how many results a reader of events was sent, and how many it was not."""
        sent, passed_over = (self._events.labels(camera, outcome) for outcome in (SENT, PASSED_OVER))

        def results_went(number: int, others: int) -> None:
            sent.inc(number)
            passed_over.inc(others)

        return results_went


class HubCollector(Collector):
    """Shows numbers of the moment: viewers, the account of the results read, browser cameras."""

    def __init__(
        self,
        viewers: Callable[[], Mapping[str, int]],
        accounts: Callable[[], Mapping[str, Account]],
        browsers: Callable[[], int],
    ) -> None:
        self._viewers = viewers
        self._accounts = accounts
        self._browsers = browsers

    def collect(self) -> Iterable[Metric]:
        """Return the metrics as they are now."""
        viewers = GaugeMetricFamily("mien_web_viewers", "Open feed connections.", labels=["camera"])
        for camera, number in self._viewers().items():
            viewers.add_metric([camera], number)
        results = CounterMetricFamily(
            "mien_web_results",
            "Results by what became of them; read = shown + late + trimmed.",
            labels=["camera", "outcome"],
        )
        for camera, account in self._accounts().items():
            for outcome, number in asdict(account).items():
                results.add_metric([camera, outcome], number)
        browsers = GaugeMetricFamily(
            "mien_web_browser_cameras", "Browsers that are cameras.", value=self._browsers()
        )
        return [viewers, results, browsers]
