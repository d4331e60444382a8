"""A camera: on demand, its newest pictures, its status."""

import time
from pathlib import Path

import numpy as np
import pytest
import simplejpeg

from services.capture.camera import LOOK_EVERY_S
from services.capture.picture import BgrImage
from shared.entities import CameraState, Privacy
from tests.fakes import AWAY, WRONG_TYPE, FakeSource, Ticker
from tests.unit.capture.bench import LOST, Bench, Fed, counted, picture, until


def test_a_picture_becomes_a_frame_with_its_size_and_time(hanging: FakeSource) -> None:
    bench = Bench(hanging, MIEN_MIRROR="true")
    with bench.running():
        until(lambda: bool(bench.streams.frames))
        hanging.release.set()
    frame = bench.streams.frames[0]
    assert (frame.seq, frame.t, frame.width, frame.height) == (1, bench.clock.ns, 64, 48)
    assert frame.mirror
    assert abs(int(simplejpeg.decode_jpeg(frame.jpeg).mean()) - 100) <= 1


def test_a_frame_says_what_its_camera_asks_of_workers(hanging: FakeSource) -> None:
    bench = Bench(hanging, asking={"privacy": Privacy.BLUR, "labels": "fer2013"})
    with bench.running():
        until(lambda: bool(bench.streams.frames))
        hanging.release.set()
    assert (bench.streams.frames[0].privacy, bench.streams.frames[0].labels) == (Privacy.BLUR, "fer2013")


def test_the_status_of_a_live_camera_tells_its_size(hanging: FakeSource) -> None:
    bench = Bench(hanging)
    with bench.running():
        bench.until_state(CameraState.LIVE)
        status = bench.camera.status
        hanging.release.set()
    assert (status.source, status.width, status.height, status.error) == ("test", 64, 48, "")


def test_only_the_newest_picture_is_published_and_the_others_are_counted() -> None:
    source = FakeSource(*[picture(level) for level in range(100)])
    bench = Bench(source)
    with bench.running():
        until(lambda: bool(bench.streams.frames))
        until(lambda: bench.camera.status.replaced + len(bench.streams.frames) == 100)
        source.release.set()
    newest = simplejpeg.decode_jpeg(bench.streams.frames[-1].jpeg)
    assert abs(int(newest.mean()) - 99) <= 1


def test_a_camera_that_is_not_wanted_is_not_opened() -> None:
    bench = Bench(LOST, always=False)
    with bench.running():
        time.sleep(0.3)
        assert bench.openings.number == 0
        assert bench.state() is CameraState.IDLE


def test_a_camera_that_nobody_wants_and_whose_file_is_not_there_says_so_without_opening_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "late.mp4"
    ticker = Ticker()
    bench = Bench(LOST, always=False, ticker=ticker, MIEN_SOURCE=str(path))
    with bench.running():
        bench.until_state(CameraState.LOST)
        assert "no such file" in bench.camera.status.error
        path.touch()
        ticker.now += LOOK_EVERY_S
        bench.until_state(CameraState.IDLE)
        assert bench.camera.status.error == ""
    assert bench.openings.number == 0


def test_a_camera_opens_with_the_first_viewer_and_closes_after_the_last(hanging: FakeSource) -> None:
    bench = Bench(hanging, always=False)
    with bench.running():
        bench.camera.demand.viewers(1)
        bench.until_state(CameraState.LIVE)
        bench.linger.now += 60
        hanging.release.set()
        bench.until_state(CameraState.IDLE)
        until(hanging.closed.is_set)


def test_a_lost_camera_that_nobody_wants_any_longer_is_idle_without_an_error() -> None:
    bench = Bench(LOST, always=False)
    with bench.running():
        bench.camera.demand.viewers(1)
        bench.until_state(CameraState.LOST)
        bench.linger.now += 60
        bench.until_state(CameraState.IDLE)
        assert bench.camera.status.error == ""


class Endless:
    """A source that never runs dry."""

    fps: float | None = None

    def read(self) -> BgrImage:
        time.sleep(0.005)
        return picture()

    def close(self) -> None:
        pass


def test_a_broker_that_is_away_does_not_end_the_camera() -> None:
    bench = Bench(Endless())
    bench.streams.error = AWAY
    with bench.running():
        until(lambda: bench.streams.tried >= 2)
        bench.streams.error = None
        bench.until_state(CameraState.LIVE)


def test_a_frame_that_the_broker_answers_with_an_error_is_said(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(Endless())
    bench.streams.error = WRONG_TYPE
    with bench.running():
        until(lambda: f"camera cam1: frame not published: {WRONG_TYPE}" in caplog.messages)
        bench.streams.error = None
        bench.until_state(CameraState.LIVE)


def test_a_clock_without_its_broker_does_not_end_the_camera() -> None:
    bench = Bench(Endless())
    bench.clock.error = AWAY
    with bench.running():
        until(lambda: bench.clock.asked >= 1)
        bench.clock.error = None
        bench.until_state(CameraState.LIVE)


def test_pictures_that_the_broker_did_not_take_are_counted_as_replaced(fed: Fed) -> None:
    bench = Bench(fed)
    bench.streams.error = AWAY
    with bench.running():
        fed.pictures.put(picture())
        until(lambda: bench.streams.tried == 1)
        bench.streams.error = None
        fed.pictures.put(picture())
        bench.until_state(CameraState.LIVE)
        assert bench.camera.status.replaced == 1
        fed.pictures.put(None)


def test_frames_that_come_at_once_after_opening_are_no_rate_until_a_second_has_passed(fed: Fed) -> None:
    ticker = Ticker()
    bench = Bench(fed, ticker=ticker)
    before = counted("mien_frames_captured_total")
    with bench.running():
        for number in (1, 2, 3):
            fed.pictures.put(picture())
            bench.until_frames(number)
        until(lambda: counted("mien_frames_captured_total") == before + 3)
        assert bench.camera.status.fps == 0
        ticker.now += 1.5
        fed.pictures.put(picture())
        until(lambda: bench.camera.status.fps > 0)
        assert bench.camera.status.fps == 2.0
        fed.pictures.put(None)


def test_the_picture_after_one_whose_reply_was_lost_has_another_number() -> None:
    bench = Bench(Endless())
    bench.streams.error = AWAY
    with bench.running():
        until(lambda: bench.streams.tried >= 1)
        bench.streams.error = None
        until(lambda: bool(bench.streams.frames))
    assert bench.streams.frames[0].seq >= 2


def test_frames_and_losses_are_counted_for_prometheus() -> None:
    frames, losses = counted("mien_frames_captured_total"), counted("mien_source_lost_total")
    bench = Bench(FakeSource(picture(), then=LOST), LOST)
    with bench.running():
        bench.until_state(CameraState.LOST)
    assert counted("mien_frames_captured_total") == frames + 1
    assert counted("mien_source_lost_total") == losses + 1
    assert counted("mien_camera_live") == 0


def test_the_kind_of_a_file_that_came_later_is_told(hanging: FakeSource, tmp_path: Path) -> None:
    path = tmp_path / "late.mp4"
    bench = Bench(LOST, hanging, ticker=Ticker(step=30), MIEN_SOURCE=str(path))
    assert bench.camera.status.source == "unknown"
    path.touch()
    with bench.running():
        bench.until_state(CameraState.LIVE)
        assert bench.camera.status.source == "file"
        hanging.release.set()


def test_a_camera_that_was_stopped_is_idle() -> None:
    bench = Bench(Endless())
    with bench.running():
        bench.until_state(CameraState.LIVE)
    assert bench.state() is CameraState.IDLE


class Grants(FakeSource):
    """A webcam that gives less than it is asked for."""

    granted = "MJPG 1280x720 at 30, asked for 1920x1080 at 60"


def test_what_a_webcam_grants_is_in_the_status_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    bench = Bench(Grants(picture(), then=LOST), Grants(picture(), then=LOST), LOST, ticker=Ticker(step=30))
    with bench.running():
        bench.until_frames(2)
        assert bench.camera.status.granted == Grants.granted
    assert [Grants.granted in message for message in caplog.messages].count(True) == 1


def test_a_change_of_size_in_mid_stream_is_survived_and_told() -> None:
    large = np.full((96, 128, 3), 100, np.uint8)
    bench = Bench(FakeSource(picture(), large, then=LOST), LOST, ticker=Ticker(step=30))
    with bench.running():
        until(lambda: bench.camera.status.width == 128)
    assert bench.streams.frames[-1].width == 128
    assert bench.openings.number >= 1
