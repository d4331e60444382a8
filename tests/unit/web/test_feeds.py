from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from services.web import feeds
from services.web.channel import WITHHELD
from services.web.multipart import CONTENT_TYPE, OPENING
from services.web.picture import picture_of
from services.web.placeholder import size_of
from shared.entities import Privacy
from tests.unit.web.fakes import BEARER, NOW_NS, Site, jpeg, numbers, result


def test_the_feed_begins_with_the_newest_picture(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(5, picture=jpeg()))
    answer = client.get("/cameras/cam/stream.mjpg", headers=BEARER, buffered=False)
    assert answer.content_type == CONTENT_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    pieces = answer.iter_encoded()
    assert next(pieces) == OPENING
    expected = picture_of(result(5, picture=jpeg()), arrived=0, latency_ns=0)
    assert next(pieces) == expected.part
    answer.close()


def test_a_viewer_counts_from_the_first_byte_until_it_leaves(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(5))
    answer = client.get("/cameras/cam/stream.mjpg", headers=BEARER, buffered=False)
    next(answer.iter_encoded())
    assert site.hub.viewers() == {"cam": 1}
    answer.close()
    assert site.hub.viewers() == {"cam": 0}


def test_the_feed_of_an_unknown_camera_is_404(client: FlaskClient) -> None:
    assert client.get("/cameras/none/stream.mjpg", headers=BEARER).status_code == 404


def test_asking_for_the_head_of_a_feed_makes_no_viewer(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    assert client.head("/cameras/cam/stream.mjpg", headers=BEARER).status_code == 200
    assert site.hub.viewers() == {}


def test_the_snapshot_is_the_newest_picture(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(4, picture=b"old"), result(5, picture=b"new"))
    answer = client.get("/cameras/cam/snapshot.jpg", headers=BEARER)
    assert answer.content_type == "image/jpeg"
    assert answer.data == b"new"
    assert answer.headers["X-Frame-Seq"] == "5"
    assert answer.headers["X-Captured-At"] == f"{NOW_NS // 10**9}.000000000"


def test_a_snapshot_that_cannot_be_had_is_503(
    client: FlaskClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "WAIT_FOR_PICTURE_S", 0.0)
    site.world.add_camera("cam")
    assert client.get("/cameras/cam/snapshot.jpg", headers=BEARER).status_code == 503


def test_the_snapshot_of_an_unknown_camera_is_404(client: FlaskClient) -> None:
    assert client.get("/cameras/none/snapshot.jpg", headers=BEARER).status_code == 404


def test_where_no_picture_left_the_worker_the_snapshot_says_so(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(numbers(5))
    answer = client.get("/cameras/cam/snapshot.jpg", headers=BEARER)
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["X-Placeholder"] == "1"
    assert size_of(answer.data) == (640, 480)


def test_where_no_picture_left_the_worker_the_feed_says_so_with_the_same_bytes(
    client: FlaskClient, site: Site
) -> None:
    streams = site.world.add_camera("cam")
    streams.add(numbers(5))
    channel = site.hub.touch("cam")
    first = channel.fresh_picture(2.0)
    site.hub.round()
    said = site.hub.placeholder(channel)
    streams.add(numbers(6, t=NOW_NS + 90_000_000_000))
    assert channel.feed.newer(1, 2.0)[1] is not first
    assert site.hub.reason(channel) == "Numbers only: no picture leaves the worker."
    assert site.hub.placeholder(channel) is said


def test_a_camera_that_is_lost_says_so_also_after_results_without_a_picture(
    client: FlaskClient, site: Site
) -> None:
    site.world.add_camera("cam", error="unplugged").add(numbers(5))
    channel = site.hub.touch("cam")
    channel.fresh_picture(2.0)
    site.hub.round()
    site.world.clock.move(10)
    assert site.hub.reason(channel) == "unplugged"


def test_a_picture_that_is_less_private_than_it_must_be_is_in_neither_the_snapshot_nor_the_feed(
    client: FlaskClient, site: Site
) -> None:
    site.world.least_privacy = Privacy.BLUR
    site.world.add_camera("cam").add(result(5, picture=b"a face that must not show"))
    snapshot = client.get("/cameras/cam/snapshot.jpg", headers=BEARER)
    feed = client.get("/cameras/cam/stream.mjpg", headers=BEARER, buffered=False)
    pieces = feed.iter_encoded()
    first = [next(pieces), next(pieces)]
    feed.close()
    assert snapshot.headers["X-Placeholder"] == "1"
    assert b"X-Placeholder: 1\r\n" in first[1]
    assert b"must not show" not in b"".join([snapshot.data, *first])
    assert site.world.withheld == ["cam"]
    assert site.hub.reason(site.hub.touch("cam")) == WITHHELD


def test_a_picture_that_is_as_private_as_it_must_be_is_shown(client: FlaskClient, site: Site) -> None:
    site.world.least_privacy = Privacy.BLUR
    site.world.add_camera("cam").add(replace(result(5, picture=b"blurred"), privacy=Privacy.BLUR))
    assert client.get("/cameras/cam/snapshot.jpg", headers=BEARER).data == b"blurred"
    assert site.world.withheld == []
