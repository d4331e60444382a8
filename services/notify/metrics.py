"""What notify counts for Prometheus."""

from contextlib import suppress

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("mien_notify_events", "Changes that were noticed.", ["camera", "event"])
MISSED = Counter("mien_notify_results_missed", "Results that were gone before they were read.", ["camera"])
TAKEN = Counter("mien_notify_taken", "Events for a receiver.", ["receiver"])
DELIVERED = Counter("mien_notify_delivered", "Events that a receiver has got.", ["receiver"])
DROPPED = Counter("mien_notify_dropped", "Events that a receiver never got, by cause.", ["receiver", "cause"])
FAILED = Counter("mien_notify_tries_failed", "Tries to deliver that failed.", ["receiver"])
WAITING = Gauge("mien_notify_waiting", "Events that wait for a receiver.", ["receiver"])
DELAY = Histogram(
    "mien_notify_delay_seconds",
    "From an event's entry into a receiver's queue to its delivery.",
    ["receiver"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 120.0),
)
LEADING = Gauge("mien_notify_leading", "1 while this replica is the one that notifies.")
CONFIGURED = Gauge(
    "mien_notify_file_in_use",
    "0 while an edit of the file is refused or could not be applied, else 1.",
)
CONFIGURED.set(1)


def forget(receiver: str) -> None:
    """Take a receiver that is no more out of the gauges; what was counted stays."""
    with suppress(KeyError):
        WAITING.remove(receiver)
