import re

from flask.testing import FlaskClient

from services.web.openapi.document import document
from tests.unit.web.fakes import BEARER


def test_the_page_shows_every_operation_and_every_record(client: FlaskClient) -> None:
    page = client.get("/api", headers=BEARER)
    assert page.status_code == 200
    told = document("mien")
    for methods in told["paths"].values():
        for part in methods.values():
            assert f'id="{part["operationId"]}"' in page.text
    for name in told["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text


def test_every_link_within_the_page_leads_somewhere(client: FlaskClient) -> None:
    page = client.get("/api", headers=BEARER).text
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


def test_its_commands_name_the_address_under_which_it_was_found(client: FlaskClient) -> None:
    page = client.get("/api", headers=BEARER, base_url="https://mien.example:8443").text
    assert "https://mien.example:8443/api/v1/cameras" in page


def test_it_needs_the_token(client: FlaskClient) -> None:
    assert client.get("/api").status_code == 401
