"""What web does beside its feeds, while an audience watches: answers a list, and reads the broker."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.figures import Summary, summary
from benchmarks.pipeline import NoMeasurement, Pipeline
from shared.broker import Broker

ASK_EVERY_S = 0.1
LOOK_EVERY = 5
"""Of the questions: as often the broker is asked who reads it."""

WEB = "mien-web"
"""Web's connections to the broker say this name."""


def blocked(clients: list[dict[str, str]]) -> int:
    """Return how many of web's connections wait in the broker for results, by its list of clients."""
    return sum(client["name"] == WEB and "b" in client["flags"] for client in clients)


@dataclass(slots=True)
class Asked:
    """How web answered.

    Attributes:
        answers_ms: to `/api/v1/cameras`, each over a connection of its own.
        broker_readers: the most connections of web that waited in the broker for results at one moment.
    """

    answers_ms: list[float] = field(default_factory=list)
    broker_readers: int = 0

    def summary(self) -> Summary:
        """Return what the answers took.

        Raises:
            NoMeasurement: there were none.
        """
        if not self.answers_ms:
            raise NoMeasurement("web answered nothing beside its feeds")
        return summary(self.answers_ms, digits=1)


@contextmanager
def asking(pipeline: Pipeline) -> Iterator[Asked]:
    """Ask again and again while the block runs."""
    asked, stop = Asked(), Event()
    thread = Thread(target=_ask, args=(pipeline, asked, stop), daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        stop.set()
        thread.join()


def _ask(pipeline: Pipeline, asked: Asked, stop: Event) -> None:
    broker = Broker(pipeline.broker_url(), name="mien-benchmark")
    try:
        while not stop.wait(ASK_EVERY_S):
            began = time.monotonic()
            cameras(pipeline)
            asked.answers_ms.append(1000 * (time.monotonic() - began))
            if len(asked.answers_ms) % LOOK_EVERY == 0:
                clients: Any = broker.redis.client_list()
                asked.broker_readers = max(asked.broker_readers, blocked(clients))
    finally:
        broker.close()


def cameras(pipeline: Pipeline) -> list[dict[str, Any]]:
    """Return web's list of cameras.

    Raises:
        OSError: it does not answer.
    """
    request = Request(f"http://127.0.0.1:{pipeline.port}/api/v1/cameras")
    request.add_header("Authorization", f"Bearer {pipeline.token}")
    with urlopen(request, timeout=5) as answer:  # noqa: S310  our own http address
        listed: list[dict[str, Any]] = json.load(answer)["cameras"]
    return listed
