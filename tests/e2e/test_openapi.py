"""The running services answer as the document says, whatever they are asked."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from requests import Session
from schemathesis import Case

from tests.e2e.api import get_json
from tests.e2e.processes import Pipeline, eventually
from tests.openapi import CHECKS, BeginningsOverHttp, described

told = described()


@pytest.fixture(scope="module")
def running(demo: Pipeline) -> Pipeline:
    eventually("faces are read", lambda: get_json(demo, "/api/v1/cameras/cam1/faces").get("faces"))
    return demo


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session() as made:
        made.mount("http://", BeginningsOverHttp())
        yield made


@told.parametrize()
@settings(
    max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_described(case: Case[Any], running: Pipeline, session: Session) -> None:
    token = {"Authorization": f"Bearer {running.token}"}
    answer = case.call(base_url=f"http://127.0.0.1:{running.port}", session=session, headers=token)
    case.validate_response(answer, checks=CHECKS)


def test_nothing_went_wrong_meanwhile(running: Pipeline) -> None:
    assert "Traceback" not in running.services[-1].text()
