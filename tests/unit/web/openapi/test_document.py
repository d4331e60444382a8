import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from services.web.openapi.document import document
from services.web.openapi.words import Part
from tests.unit.web.fakes import BEARER, TOKEN, Site

TOLD = ("/api/v1/", "/healthz", "/readyz", "/cameras/<camera>/")
"""How the addresses begin that programs ask; the others are people's pages."""

PAGES = {"/cameras/<camera>/history"}

NEED_A_TOKEN = [
    path
    for path, methods in document("mien")["paths"].items()
    if "get" in methods and "security" not in methods["get"]
]


def served(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the methods and addresses that the application answers, as the document writes them."""
    for rule in site.app.url_map.iter_rules():
        if rule.rule.startswith(TOLD) and rule.rule not in PAGES:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def described(told: Part) -> set[tuple[str, str]]:
    return {(method, path) for path, methods in told["paths"].items() for method in methods}


def test_every_address_for_programs_is_described_and_none_that_is_not_there(site: Site) -> None:
    assert described(document("mien")) == set(served(site))


def test_the_document_is_a_valid_one_of_openapi_3_1() -> None:
    told = document("mien")
    validate(told)
    assert told["openapi"].startswith("3.1.")


def test_it_is_served_with_the_name_of_the_cookie_that_opens(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json", headers=BEARER).get_json()
    name = told["components"]["securitySchemes"]["cookie"]["name"]
    assert told == document(name)
    client.get("/", query_string={"token": BEARER["Authorization"].split()[1]})
    assert client.get_cookie(name) is not None


@pytest.mark.parametrize("path", NEED_A_TOKEN)
def test_a_token_in_the_address_signs_in_and_leaves_the_address(client: FlaskClient, path: str) -> None:
    assert "GET with `token=TOKEN` in its address signs in" in document("mien")["info"]["description"]
    address = path.replace("{camera}", "cam")
    assert client.get(address, query_string={"rate": "5", "token": "wrong"}).status_code == 401
    answer = client.get(address, query_string={"rate": "5", "token": TOKEN})
    assert answer.status_code == 303
    assert answer.location == f"{address}?rate=5"
    assert "Set-Cookie" in answer.headers


def test_it_needs_the_token(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").status_code == 401


@pytest.mark.parametrize("part", ["schemas", "responses"])
def test_nothing_is_described_that_nobody_refers_to(part: str) -> None:
    told = document("mien")
    spoken_of = {"Status", "Result", "Gap"}  # in server-sent events, for which OpenAPI 3.1 has no words
    unused = {
        name
        for name in told["components"][part]
        if f"'#/components/{part}/{name}'" not in str(told) and name not in spoken_of
    }
    assert unused == set()


def test_what_the_events_carry_is_named_where_they_are_described() -> None:
    events = document("mien")["paths"]["/api/v1/cameras/{camera}/events"]["get"]["description"]
    for name in ("Status", "Result", "Gap"):
        assert f"schema `{name}`" in events
