"""Events and tiles, from the camera to a reader, through the real processes."""

import socket
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from itertools import takewhile
from typing import Any, BinaryIO, cast

import pytest

from benchmarks.asking import blocked
from shared.crops import CROP_BYTES
from shared.entries import entry_order
from tests.e2e.api import get_json
from tests.e2e.event_source import EventSource, Message
from tests.e2e.processes import Pipeline, eventually


@pytest.fixture(scope="module")
def shown(demo: Pipeline) -> Pipeline:
    """The demo, with a face in its picture."""
    eventually("a face", lambda: get_json(demo, "/api/v1/cameras/cam1/faces").get("faces"))
    return demo


def orders(messages: list[Message]) -> list[tuple[int, int]]:
    return [entry_order(message.id or "") for message in messages]


def test_results_come_in_order_with_their_faces_and_none_twice(shown: Pipeline) -> None:
    with EventSource(shown) as source:
        results = source.results(20)
    assert orders(results) == sorted(set(orders(results)))
    assert {"camera", "seq", "captured_at", "latency_ms", "privacy", "faces", "age_ms"} == set(
        results[0].data
    )
    assert all(message.data["camera"] == "cam1" for message in results)


def test_a_face_comes_with_the_picture_that_the_model_saw(shown: Pipeline) -> None:
    with EventSource(shown, "?crops=1") as source:
        crops = [face["crop"] for message in source.results(20) for face in message.data["faces"]]
    pixels = [b64decode(crop) for crop in crops if crop]
    assert len(pixels) > 10
    assert {len(one) for one in pixels} == {CROP_BYTES}
    assert max(len(set(one)) for one in pixels) > 20, "a flat picture is no face"


def test_a_status_tells_what_became_of_the_frames(shown: Pipeline) -> None:
    with EventSource(shown) as source:
        source.next("status")
        status = source.next("status").data
    assert status["camera"]["state"] == "live"
    assert status["captured"] > 0
    in_work = status["captured"] - status["published"] - sum(status["dropped"].values())
    assert 0 <= in_work <= 16
    assert len(status["workers"]) == 1
    assert (status["broker"], status["since"], status["privacy"]) == (True, None, "off")
    assert 0 < status["age_ms"]["now"] <= 10_000
    assert status["results_fps"] > 0


def test_who_comes_back_gets_what_it_missed_and_nothing_twice(shown: Pipeline) -> None:
    with EventSource(shown, "?rate=30") as source:
        before = source.results(3)
    with EventSource(shown, "?rate=30") as meanwhile:
        passed = meanwhile.results(10)
    with EventSource(shown, "?rate=30", **{"Last-Event-ID": before[-1].id or ""}) as source:
        again = list(takewhile(lambda message: message.name != "status", source.messages()))
    assert [message.name for message in again] == ["result"] * len(again)
    assert len({message.id for message in again} & {message.id for message in passed}) > 5
    assert orders(before + again) == sorted(set(orders(before + again)))


def test_who_was_away_for_too_long_is_told_of_the_gap(shown: Pipeline) -> None:
    with EventSource(shown, "?last_event_id=1000-0") as source:
        first = next(source.messages())
        second = next(source.messages())
    assert (first.name, first.data["from"]) == ("gap", 1.0)
    assert (second.name, second.data["captured_at"]) == ("result", first.data["until"])


def test_web_reads_a_camera_once_for_all_who_look(shown: Pipeline) -> None:
    with EventSource(shown) as one, EventSource(shown) as two, shown.feed() as feed, shown.feed():
        for source in (one, two):
            source.next("status")
        next(feed.frames())
        seen = [blocked(clients(shown)) for _ in range(50)]
    assert max(seen) == 1


def clients(pipeline: Pipeline) -> list[dict[str, str]]:
    listed: Any = pipeline.broker.redis.client_list()
    return list(listed)


@pytest.mark.parametrize("query", ["", "?rate=30&crops=1"])
def test_a_reader_that_stops_reading_is_dropped_and_others_read_on(shown: Pipeline, query: str) -> None:
    with EventSource(shown, query) as stopped:
        stopped.next("status")
        with EventSource(shown, query) as source:
            eventually(
                "the reader that stopped is dropped",
                lambda: bool(source.results(1)) and not established(stopped),
                within_s=60,
            )
            assert source.results(5)


def established(source: EventSource) -> bool:
    """Return whether the other side still holds the connection: the first byte of TCP_INFO is 1 then."""
    state: int = source.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state == 1


def test_while_the_broker_is_away_a_status_says_so_and_results_come_again_when_it_is_back(
    pipeline: Pipeline,
) -> None:
    pipeline.start_all()
    with pipeline.feed() as feed:
        next(feed.frames())
    with EventSource(pipeline) as source:
        source.results(1)
        pipeline.embedded.kill()
        away = next(message for message in source.messages() if message.data.get("broker") is False)
        pipeline.embedded.start()
        assert away.data["since"] is not None
        assert source.results(2)
        back = next(message for message in source.messages() if message.data.get("broker"))
        assert back.data["since"] is None


def test_tiles_are_the_pictures_of_their_cameras(pipeline: Pipeline) -> None:
    pipeline.settings["MIEN_CAMERAS"] = "a=test: b=test:"
    del pipeline.settings["MIEN_SOURCE"]
    pipeline.start_all()
    for camera in ("a", "b"):
        with pipeline.feed(camera) as feed:
            next(feed.frames())
    seen: dict[str, list[int]] = {"a": [], "b": []}
    with closing(HTTPConnection("127.0.0.1", pipeline.port, timeout=15)) as connection:
        for headers in tiles(connection, pipeline.token):
            if "x-frame-seq" in headers:
                seen[headers["x-camera"]].append(int(headers["x-frame-seq"]))
            if min(map(len, seen.values())) == 5:
                break
    assert all(frames == sorted(set(frames)) for frames in seen.values())


def tiles(connection: HTTPConnection, token: str) -> Iterator[dict[str, str]]:
    """Yield the headers of each part, which is to be a whole JPEG."""
    connection.request("GET", "/api/v1/cameras/stream", headers={"Authorization": f"Bearer {token}"})
    stream = cast(BinaryIO, connection.getresponse())
    assert stream.readline() == b"--mien-frame\r\n"
    while True:
        lines = takewhile(lambda line: line != b"\r\n", iter(stream.readline, b""))
        headers = dict(line.decode().strip().lower().split(": ", 1) for line in lines)
        jpeg = stream.read(int(headers["content-length"]))
        assert (jpeg[:2], jpeg[-2:]) == (b"\xff\xd8", b"\xff\xd9")
        assert [stream.readline(), stream.readline()] == [b"\r\n", b"--mien-frame\r\n"]
        yield headers
