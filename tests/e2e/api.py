"""Asks the web service over HTTP."""

import json
from http.client import HTTPConnection
from typing import Any, NamedTuple

from tests.e2e.processes import Pipeline


class Answer(NamedTuple):
    """A status, headers by lower-case name, and a body."""

    status: int
    headers: dict[str, str]
    body: bytes


def get(port: int, path: str, *, token: str | None = None, method: str = "GET", **headers: str) -> Answer:
    """Return what web answers."""
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def get_json(pipeline: Pipeline, path: str) -> dict[str, Any]:
    """Return a JSON answer; an empty one where web isn't there yet."""
    try:
        answer = get(pipeline.port, path, token=pipeline.token)
    except OSError:
        return {}
    found = json.loads(answer.body)
    assert isinstance(found, dict)
    return found
