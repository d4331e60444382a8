from services.web.browser.camera import NUMBERS_KEPT_S, BrowserCamera, Sent
from services.web.browser.jpeg_header import Size
from shared.entities import CameraState
from tests.unit.web.browser.test_session import Streams
from tests.unit.web.fakes import Clock

PICTURE = Sent(b"jpeg", Size(64, 48), mirror=False, age_s=0.0)


def test_a_camera_is_live_from_its_first_frame_on_with_its_size() -> None:
    clock = Clock()
    camera = BrowserCamera("browser-a", Streams(), clock, clock)
    assert (camera.status.state, camera.status.source) == (CameraState.OPENING, "browser")
    camera.publish(PICTURE)
    assert camera.status.state is CameraState.LIVE
    assert (camera.status.width, camera.status.height) == (64, 48)


def test_its_rate_is_measured() -> None:
    clock = Clock()
    camera = BrowserCamera("browser-a", Streams(), clock, clock)
    for _ in range(30):
        clock.move(0.1)
        camera.publish(PICTURE)
    assert round(camera.status.fps) == 10


def test_a_frame_is_taken_when_none_waits() -> None:
    clock = Clock()
    camera = BrowserCamera("browser-a", Streams(looks=1), clock, clock)
    camera.publish(PICTURE)
    assert [camera.was_taken(), camera.was_taken()] == [False, True]


def test_from_the_first_frame_on_its_numbers_are_to_end_also_if_web_is_killed() -> None:
    clock, streams = Clock(), Streams()
    BrowserCamera("browser-a", streams, clock, clock).publish(PICTURE)
    assert streams.expires_after == NUMBERS_KEPT_S
