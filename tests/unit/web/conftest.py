from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.unit.web.fakes import Site, World, make_site


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    made = make_site(world)
    yield made
    made.hub.stop()


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.app.test_client()
