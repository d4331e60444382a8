"""Reads a camera's events as a browser does."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import islice
from typing import Any, BinaryIO, NamedTuple, Self, cast

from tests.e2e.processes import Pipeline


class Message(NamedTuple):
    """One event."""

    name: str
    id: str | None
    data: dict[str, Any]


class EventSource:
    """An open answer of events."""

    def __init__(self, pipeline: Pipeline, query: str = "", **headers: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", pipeline.port, timeout=15)
        authorization = {"Authorization": f"Bearer {pipeline.token}"}
        path = f"/api/v1/cameras/cam1/events{query}"
        self.connection.request("GET", path, headers={**authorization, **headers})
        assert self.connection.sock is not None
        # The connection's own is gone once the answer, which has no end, has begun.
        self.socket = self.connection.sock
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.response.close()
        self.connection.close()

    def messages(self) -> Iterator[Message]:
        """Yield what comes, until the answer ends."""
        fields: dict[str, str] = {}
        for line in cast(BinaryIO, self.response):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "data" in fields:
                yield Message(fields["event"], fields.get("id"), json.loads(fields["data"]))
                fields = {}

    def next(self, name: str) -> Message:
        """Return the next event of a name."""
        return next(message for message in self.messages() if message.name == name)

    def results(self, number: int) -> list[Message]:
        """Return the next results."""
        return list(islice((message for message in self.messages() if message.name == "result"), number))
