"""The data of events is what the document says: OpenAPI 3.1 itself looks at their envelope alone."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator

from services.web.openapi.document import document
from tests.openapi import strict
from tests.unit.web.fakes import BEARER, World, result

TOLD = strict(document("mien"))


def events(client: FlaskClient, number: int, **headers: str) -> list[tuple[str, Any]]:
    """Return the kinds and the data of the first events."""
    answer = client.get("/api/v1/cameras/cam1/events?crops=1", headers=BEARER | headers)
    found: list[tuple[str, Any]] = []
    for piece in answer.response:
        for event in bytes(piece).decode().split("\n\n"):  # type: ignore[arg-type]  # the application gives bytes
            lines = dict(line.split(": ", 1) for line in event.splitlines())
            if "event" in lines:
                found.append((lines["event"], json.loads(lines["data"])))
        if len(found) >= number:
            break
    answer.close()
    return found


@pytest.mark.parametrize("headers", [{}, {"Last-Event-ID": "0-0"}])
def test_the_data_of_events_is_described(client: FlaskClient, world: World, headers: dict[str, str]) -> None:
    world.add_camera("cam1").add(result(1))
    found = events(client, 3 if headers else 2, **headers)
    assert {kind for kind, _ in found} == {"result", "status"} | ({"gap"} if headers else set())
    for kind, data in found:
        schema = TOLD | {"$ref": f"#/components/schemas/{kind.title()}"}
        OAS31Validator(schema).validate(data)
