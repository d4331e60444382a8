from collections.abc import Callable
from threading import Thread

import pytest

from services.web.browser.camera import BrowserCamera
from services.web.browser.cameras import MINUTE_S, NEW_A_MINUTE, REMEMBERED_S, BrowserCameras, TooMany
from shared.entities import CameraStatus
from shared.errors import BrokerUnreachable
from shared.keys import CAMERA_ID
from tests.unit.web.browser import test_session
from tests.unit.web.fakes import Clock


class Streams(test_session.Streams):
    """A camera's streams, that can be forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def sweep(self, sweeper: str) -> object:
        self.done.append("swept")
        return None

    def forget(self) -> None:
        self.done.append("forgotten")

    def expire_numbers(self, after_s: int) -> None:
        self.done.append("expires")


class Broker:
    """The list of cameras."""

    def __init__(self) -> None:
        self.here: dict[str, CameraStatus] = {}
        self.streams: dict[str, Streams] = {}
        self.away = False
        self.meanwhile: Callable[[], object] = bool

    def camera_is_here(self, camera: str, status: CameraStatus) -> None:
        if self.away:
            raise BrokerUnreachable("away")
        self.meanwhile()
        self.here[camera] = status

    def camera_left(self, camera: str) -> None:
        if self.away:
            raise BrokerUnreachable("away")
        self.meanwhile()
        self.here.pop(camera)

    def streams_of(self, camera: str) -> Streams:
        return self.streams.setdefault(camera, Streams())

    def browsers(self, most: int = 2, clock: Clock | None = None) -> BrowserCameras:
        return BrowserCameras(
            most,
            self,
            self.streams_of,
            lambda name, streams: BrowserCamera(name, streams, Clock()),
            "web-1",
            monotonic=clock or Clock(),
        )


def test_a_browser_is_on_the_list_while_it_sends_and_leaves_nothing_behind() -> None:
    broker = Broker()
    with broker.browsers().camera() as camera:
        assert CAMERA_ID.fullmatch(camera.id)
        assert list(broker.here) == [camera.id]
    assert broker.here == {}
    assert broker.streams[camera.id].done == ["expires", "swept", "forgotten", "expires"]


def test_each_browser_is_a_camera_of_its_own_up_to_a_number() -> None:
    broker = Broker()
    browsers = broker.browsers(most=2)
    with browsers.camera() as one, browsers.camera() as two:
        assert one.id != two.id
        assert browsers.number() == 2
        with pytest.raises(TooMany, match="2 browsers"), browsers.camera():
            pass
    with browsers.camera():
        assert browsers.number() == 1


def test_a_broker_that_restarts_empty_hears_of_them_again() -> None:
    broker = Broker()
    browsers = broker.browsers()
    with browsers.camera() as camera:
        broker.here.clear()
        browsers.round()
        assert list(broker.here) == [camera.id]


def test_a_broker_that_is_away_ends_no_talk() -> None:
    broker = Broker()
    browsers = broker.browsers()
    broker.away = True
    with browsers.camera():
        browsers.round()
    assert browsers.number() == 0


def test_none_comes_while_the_service_stops() -> None:
    browsers = Broker().browsers()
    browsers.close()
    with pytest.raises(TooMany), browsers.camera():
        pass


def test_who_left_is_forgotten_after_a_while_once_nobody_looks_any_longer() -> None:
    broker, clock = Broker(), Clock()
    asked: list[str] = []

    def forget(camera: str) -> bool:
        asked.append(camera)
        return len(asked) > 1

    browsers = BrowserCameras(
        1,
        broker,
        broker.streams_of,
        lambda name, streams: BrowserCamera(name, streams, Clock()),
        "web-1",
        forget=forget,
        monotonic=clock,
    )
    with browsers.camera() as camera:
        pass
    browsers.round()
    assert asked == []
    clock.move(REMEMBERED_S + 1)
    for _ in range(3):
        browsers.round()
    assert asked == [camera.id, camera.id]


def test_at_every_heartbeat_its_numbers_are_to_end_later() -> None:
    broker = Broker()
    browsers = broker.browsers()
    with browsers.camera() as camera:
        done = broker.streams[camera.id].done
        done.clear()
        browsers.round()
        assert "expires" in done


def test_no_more_than_so_many_begin_within_a_minute() -> None:
    broker, clock = Broker(), Clock()
    browsers = broker.browsers(clock=clock)
    for _ in range(NEW_A_MINUTE):
        with browsers.camera():
            pass
    with pytest.raises(TooMany, match="within a minute"), browsers.camera():
        pass
    clock.move(MINUTE_S + 1)
    with browsers.camera():
        assert browsers.number() == 1


def test_a_slow_broker_makes_no_browser_wait_for_what_is_told_of_another() -> None:
    broker = Broker()
    browsers = broker.browsers()

    def look() -> None:
        asker = Thread(target=browsers.number, daemon=True)
        asker.start()
        asker.join(5)
        held.append(asker.is_alive())

    held: list[bool] = []
    broker.meanwhile = look
    with browsers.camera():
        browsers.round()
    assert held == [False] * 3
