import gc
import json
import time
from base64 import b64decode
from dataclasses import replace
from typing import Any
from weakref import ref

import pytest

from services.web.api import faces_dict
from services.web.channel import QUIET_AFTER_S, Channel
from services.web.hub import HANGS_AFTER_S, Hub
from services.web.live.board import Board, Boards, gap
from services.web.live.vitals import Vitals
from services.web.ordering import Account as Outcomes
from services.web.picture import Picture, picture_of
from shared.counters import Account
from shared.entities import CameraState, CameraStatus, Cause
from tests.unit.web.fakes import NOW_NS, World, face, numbers, result

ACCOUNT = Account(100, 80, dict.fromkeys(Cause, 0) | {Cause.SUPERSEDED: 15, Cause.STALE: 2}, 1, 2)


def picture(frame: int, at: float, latency_ms: int = 50) -> Picture:
    return picture_of(result(frame), arrived=at, latency_ns=latency_ms * 1_000_000)


def data_of(message: bytes) -> dict[str, Any]:
    [data] = [line for line in message.decode().split("\n") if line.startswith("data: ")]
    body: dict[str, Any] = json.loads(data.removeprefix("data: "))
    return body


class Made:
    """A board over a world that stands still."""

    def __init__(self) -> None:
        self.world = World()
        self.world.add_camera("cam")
        self.hub: Hub = self.world.hub()
        self.channel = Channel("cam", Outcomes(), self.world.clock)
        self.board = Board(self.hub, self.channel, self.world.clock, wall=lambda: 5000.0)

    def show(self, frame: int, latency_ms: int = 50) -> Picture:
        shown = picture(frame, self.world.clock(), latency_ms)
        self.channel.show(shown)
        return shown

    def status(self) -> dict[str, Any]:
        return self.board.status_dict()


@pytest.fixture
def made() -> Made:
    return Made()


def test_a_result_is_an_event_with_the_frame_s_entry_id_and_its_age_now(made: Made) -> None:
    shown = made.show(5)
    made.world.clock.move(0.2)
    message = made.board.result(shown)
    assert message.startswith(b"event: result\nid: 5-0\ndata: {")
    assert message.endswith(b"}\n\n")
    assert data_of(message) == {**faces_dict("cam", shown), "age_ms": 250.0}


def test_a_crop_comes_with_its_face_where_it_is_asked_for(made: Made) -> None:
    crop = bytes(range(256)) * 9
    seen = replace(result(5), faces=(replace(face(), crop=crop), replace(face(), track=8)))
    shown = picture_of(seen, arrived=made.world.clock(), latency_ns=0)
    first, second = data_of(made.board.result(shown, crops=True))["faces"]
    assert b64decode(first["crop"]) == crop
    assert second["crop"] is None
    assert "crop" not in data_of(made.board.result(shown))["faces"][0]


def test_a_status_says_how_the_camera_is_and_what_was_lost(made: Made) -> None:
    status = made.world.statuses["cam"]
    assert isinstance(status, CameraStatus)
    made.channel.status = replace(status, granted="MJPG")
    made.channel.vitals = Vitals(ACCOUNT, 3)
    made.hub.round()
    made.show(5)
    made.world.clock.move(0.1)
    assert made.status() == {
        "camera": {
            "id": "cam",
            "state": "live",
            "width": 640,
            "height": 480,
            "fps": 15.0,
            "frame_age_ms": 150,
            "viewers": 3,
            "granted": "MJPG",
            "error": "",
        },
        "results_fps": 0.33,
        "age_ms": {"now": 50.0, "p95": 50.0},
        "dropped": {
            "superseded": 15,
            "stale": 2,
            "trimmed": 0,
            "abandoned": 0,
            "undecodable": 0,
            "failed": 0,
        },
        "captured": 100,
        "published": 80,
        "workers": [{"id": "w1", "host": "host", "fps": 14.5, "heartbeat_age_ms": 120, "privacy": "off"}],
        "privacy": "off",
        "broker": True,
        "since": None,
        "quiet_s": None,
    }


def test_before_the_first_result_a_status_says_so(made: Made) -> None:
    status = made.status()
    assert status["age_ms"] == {"now": None, "p95": None}
    assert (status["camera"]["frame_age_ms"], status["privacy"]) == (None, None)


def test_numbers_that_the_broker_has_not_said_are_none(made: Made) -> None:
    status = made.status()
    assert (status["captured"], status["published"], status["dropped"]) == (None, None, None)


def test_when_nothing_comes_any_longer_a_status_says_since_when(made: Made) -> None:
    made.show(5)
    made.world.clock.move(QUIET_AFTER_S)
    assert made.status()["since"] is None
    made.world.clock.move(1)
    status = made.status()
    assert status["since"] == 5000 - QUIET_AFTER_S - 1
    assert status["quiet_s"] == QUIET_AFTER_S + 1
    assert status["age_ms"]["now"] == 3050
    assert status["broker"] is True


def test_a_slow_camera_is_given_the_time_of_some_frames(made: Made) -> None:
    made.channel.status = CameraStatus(CameraState.LIVE, "test", fps=0.5)
    made.show(5)
    made.world.clock.move(5)
    assert made.status()["since"] is None
    made.world.clock.move(2)
    assert made.status()["since"] == 4993


def test_while_the_broker_is_away_a_status_says_so_and_the_last_that_was_known(made: Made) -> None:
    made.channel.vitals = Vitals(ACCOUNT, 3)
    made.hub.start()
    made.show(5)
    made.world.away = True
    for _ in range(1000):
        if not made.hub.hears_the_broker():
            break
        time.sleep(0.01)
    status = made.status()
    assert (status["broker"], status["published"]) == (False, 80)
    assert (status["since"], status["quiet_s"]) == (5000, 0)
    made.hub.stop()


def test_a_broker_that_keeps_a_round_waiting_is_as_good_as_away(world: World) -> None:
    heard: list[bool] = []

    def hang() -> list[Any]:
        world.clock.move(HANGS_AFTER_S)
        heard.append(hub.hears_the_broker())
        hub.stop()
        return []

    world.refresh = hang  # type: ignore[method-assign]  # this broker is another
    hub = world.hub()
    hub.start()
    for _ in range(1000):
        if heard:
            break
        time.sleep(0.01)
    assert heard == [False]


def test_the_privacy_of_the_newest_result_is_told(made: Made) -> None:
    made.channel.show(picture_of(numbers(5), arrived=made.world.clock(), latency_ns=0))
    assert made.status()["privacy"] == "numbers"


def test_all_who_ask_within_half_a_second_get_the_same_status(made: Made) -> None:
    first = made.board.status()
    made.world.clock.move(0.4)
    assert made.board.status() is first
    made.world.clock.move(0.2)
    assert made.board.status() is not first


def test_a_gap_lasts_from_the_last_result_that_was_had_to_the_next_in_unix_seconds() -> None:
    message = gap("1699999990500-3", NOW_NS)
    assert message == b'event: gap\ndata: {"from":1699999990.5,"until":1700000000.0}\n\n'


def test_a_channel_has_one_board_for_all(made: Made) -> None:
    boards = Boards(made.hub)
    assert boards.of(made.channel) is boards.of(made.channel)


def test_a_channel_that_nobody_reads_any_longer_is_not_kept_by_its_board(made: Made) -> None:
    boards, channel = Boards(made.hub), Channel("cam", Outcomes(), made.world.clock)
    board = boards.of(channel)
    board.status()
    gone = ref(channel)
    del board, channel
    gc.collect()
    assert gone() is None
