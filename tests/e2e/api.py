"""Asks the web service over HTTP."""

import json
import ssl
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, NamedTuple

from tests.e2e.processes import Pipeline


class Answer(NamedTuple):
    """A status, headers by lower-case name, and a body."""

    status: int
    headers: dict[str, str]
    body: bytes


def get(
    port: int,
    path: str,
    *,
    token: str | None = None,
    method: str = "GET",
    scheme: str = "http",
    **headers: str,
) -> Answer:
    """Return what web answers; under HTTPS, whatever its certificate is."""
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection = _connection(port, scheme)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def _connection(port: int, scheme: str) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection("127.0.0.1", port, timeout=15)
    return HTTPSConnection("127.0.0.1", port, timeout=15, context=ssl._create_unverified_context())


def get_json(pipeline: Pipeline, path: str) -> dict[str, Any]:
    """Return a JSON answer; an empty one where web isn't there yet."""
    try:
        answer = get(pipeline.port, path, token=pipeline.token, scheme=pipeline.scheme)
    except OSError:
        return {}
    found = json.loads(answer.body)
    assert isinstance(found, dict)
    return found
