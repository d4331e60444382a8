"""The inference workers, as the home page shows them."""

from dataclasses import dataclass

from shared.registry import Worker

SILENT_AFTER_MS = 5_000
"""Heartbeats come every second: with five missed, something is wrong with a worker, not with its timing."""

LONGEST_LABEL = 18
"""In characters: of an id that does not follow the usual form, so much fits a phone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A worker in words.

    Attributes:
        id: its whole id.
        label: its id, short enough to read.
        host: where it runs.
        fps: frames a second; a dash where it is silent, because what it last said is no longer true.
        age: how long ago its last heartbeat was.
        silent: whether that is too long ago.
    """

    id: str
    label: str
    host: str
    fps: str
    age: str
    silent: bool


def row(worker: Worker) -> Row:
    """Return a worker in words. `static/workers.js` says the same in the same words."""
    silent = worker.heartbeat_age_ms > SILENT_AFTER_MS
    return Row(
        worker.id,
        label(worker),
        worker.host,
        "\N{EN DASH}" if silent else f"{worker.fps:.1f}",
        f"{worker.heartbeat_age_ms / 1000:.1f} s ago",
        silent,
    )


def label(worker: Worker) -> str:
    """Return what tells a worker from the others of its host: what its id says after the host's name."""
    _, _, after = worker.id.partition(f"-{worker.host}-")
    short = after or worker.id
    return short if len(short) <= LONGEST_LABEL else f"…{short[1 - LONGEST_LABEL :]}"
