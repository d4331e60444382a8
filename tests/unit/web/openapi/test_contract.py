"""The application answers nothing that the document does not describe, whatever it is asked."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from schemathesis import Case

from tests.openapi import CHECKS, Beginnings, described
from tests.unit.web.fakes import BEARER, Site, World, make_site, result

beginnings = Beginnings()
told = described(beginnings)


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.add_camera("cam1").add(result(1))
    made.followed.add(7)
    return made


@pytest.fixture(scope="module", autouse=True)
def site(world: World) -> Iterator[Site]:
    made = make_site(world)
    beginnings.app = made.app
    yield made
    made.hub.stop()


ASKED = settings(
    max_examples=5, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@told.parametrize()
@ASKED
def test_every_answer_is_described(case: Case[Any]) -> None:
    case.validate_response(case.call(headers=BEARER), checks=CHECKS)


@told.parametrize()
@ASKED
def test_every_refusal_is_described(case: Case[Any]) -> None:
    case.validate_response(case.call(headers={"Authorization": "Bearer wrong"}), checks=CHECKS)
