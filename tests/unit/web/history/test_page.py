import re

import pytest
from flask.testing import FlaskClient

from shared.entities import EXPRESSIONS, UNSURE
from tests.unit.web.fakes import BEARER, Site
from tests.unit.web.history.past import sums


def page(client: FlaskClient, camera: str = "cam") -> str:
    answer = client.get(f"/cameras/{camera}/history", headers=BEARER)
    assert answer.status_code == 200
    return answer.text


def test_the_page_names_every_expression_and_what_is_none(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    shown = " ".join((*EXPRESSIONS, UNSURE))
    assert f'data-camera="cam" data-expressions="{shown}"' in page(client)


def test_the_tables_can_be_had_without_javascript(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    links = re.findall(r'href="(/api/v1/[^"]+)"', page(client))
    assert len(links) == 3
    for link in links:
        assert client.get(link.replace("&amp;", "&"), headers=BEARER).status_code == 200


def test_the_page_of_a_camera_that_is_gone_stays_as_long_as_its_history(
    client: FlaskClient, site: Site
) -> None:
    site.world.past_of("gone").minutes = [sums(0, happy=1)]
    assert "History of gone" in page(client, "gone")


@pytest.mark.parametrize("camera", ["none", "NOT-AN-ID"])
def test_there_is_no_page_of_a_camera_that_was_never_there(client: FlaskClient, camera: str) -> None:
    answer = client.get(f"/cameras/{camera}/history", headers=BEARER)
    assert answer.status_code == 404
    assert "There is no such camera." in answer.text


def test_the_page_says_that_the_broker_is_away(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    site.world.away = True
    answer = client.get("/cameras/cam/history", headers=BEARER)
    assert answer.status_code == 503
    assert "The broker cannot be reached." in answer.text
