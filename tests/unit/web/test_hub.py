import time
from collections.abc import Callable

import pytest

from services.web.channel import LINGER_S
from services.web.hub import BROKER_IS_AWAY, Hub
from services.web.live.vitals import Vitals
from shared.entities import CameraState
from shared.errors import BrokerUnreachable, EntryError
from shared.health import Health
from shared.watching import LOOKING_FOR_S
from tests.unit.web.fakes import NOW_NS, World, result


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_two_viewers_of_a_camera_share_one_reader(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam") as first, hub.viewer("cam") as second:
        assert first is second
        assert world.readers_started == ["cam"]
    hub.stop()


def test_capture_is_told_how_many_look_and_when_the_last_has_left(world: World) -> None:
    world.add_camera("cam")
    hub = world.hub()
    with hub.viewer("cam"):
        with hub.viewer("cam"):
            hub.round()
        hub.round()
    hub.round()
    hub.round()
    assert world.looks == [("cam", "web-1", 2), ("cam", "web-1", 1), ("cam", "web-1", 0)]
    hub.stop()


def test_an_api_call_counts_as_looking_for_five_seconds(world: World) -> None:
    world.add_camera("cam")
    hub = world.hub()
    hub.touch("cam")
    hub.round()
    world.clock.move(LOOKING_FOR_S + 0.1)
    hub.round()
    assert [viewers for _, _, viewers in world.looks] == [1, 0]
    hub.stop()


def test_a_viewer_that_also_calls_the_api_counts_once(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam"):
        hub.touch("cam")
        hub.round()
    assert world.looks == [("cam", "web-1", 1)]
    hub.stop()


def test_a_reader_ends_some_seconds_after_the_last_one_has_left(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam") as channel:
        pass
    hub.round()
    assert not channel.stop.is_set()
    world.clock.move(LINGER_S + 0.1)
    hub.round()
    assert channel.stop.is_set()
    assert channel.feed.closed


def test_one_who_comes_back_soon_finds_the_same_reader(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam"):
        pass
    world.clock.move(LINGER_S / 2)
    hub.round()
    with hub.viewer("cam"):
        hub.round()
    assert world.readers_started == ["cam"]
    hub.stop()


def test_the_account_of_a_camera_outlives_its_reader(world: World) -> None:
    world.results("cam").add(result(1))
    hub = world.hub()
    with hub.viewer("cam") as channel:
        wait_until(lambda: channel.account.shown == 1)
    world.clock.move(LINGER_S + 0.1)
    hub.round()
    world.results("cam").add(result(2, t=world.clock.now()))
    with hub.viewer("cam") as again:
        assert again is not channel
        wait_until(lambda: again.account.shown == 2)
    assert hub.accounts()["cam"].read == 2
    hub.stop()


def test_a_result_reaches_the_feed(world: World) -> None:
    world.results("cam").add(result(3))
    hub = world.hub()
    with hub.viewer("cam") as channel:
        picture = channel.fresh_picture(10)
    assert picture is not None
    assert picture.result.seq == 3
    hub.stop()


def test_a_picture_that_came_a_while_ago_is_not_live(world: World) -> None:
    world.results("cam").add(result(3))
    hub = world.hub()
    with hub.viewer("cam") as channel:
        channel.fresh_picture(10)
        world.clock.move(2)
        assert channel.fresh_picture(0) is None
    hub.stop()


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (CameraState.LOST, "/dev/video7 cannot be opened", "/dev/video7 cannot be opened"),
        (CameraState.LIVE, "", "no worker"),
        (CameraState.OPENING, "", "opened"),
        (CameraState.IDLE, "", "opened"),
    ],
)
def test_the_reason_for_no_picture_is_in_capture_s_words(
    world: World, state: CameraState, error: str, words: str
) -> None:
    world.add_camera("cam", state, error)
    hub = world.hub()
    with hub.viewer("cam") as channel:
        hub.round()
        assert words in hub.reason(channel)
    hub.stop()


def test_a_status_that_cannot_be_decoded_does_not_stop_the_round(world: World) -> None:
    world.add_camera("cam")
    world.statuses["cam"] = EntryError("entry without field 'state'")
    hub = world.hub()
    with hub.viewer("cam"):
        hub.round()
    assert world.looks == [("cam", "web-1", 1)]
    hub.stop()


def test_a_broker_that_is_away_is_the_reason_and_the_service_is_alive_and_not_ready(world: World) -> None:
    health = Health()
    hub = world.hub(health)
    world.add_camera("cam")
    world.away = True
    hub.start()
    with hub.viewer("cam") as channel:
        wait_until(lambda: hub.reason(channel) == BROKER_IS_AWAY)
        assert health.alive()
        assert not health.ready()
    hub.stop()


def test_a_round_that_fails_in_an_unforeseen_way_is_logged_and_others_follow(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    health = Health()
    hub = world.hub(health)
    world.add_camera("cam")
    world.statuses["cam"] = ValueError("nobody thought of this")
    with hub.viewer("cam"):
        hub.start()
        wait_until(lambda: "nobody thought of this" in caplog.text)
        assert not health.ready()
        world.add_camera("cam")
        wait_until(health.ready)
    hub.stop()


def test_a_new_viewer_is_told_to_capture_without_waiting_for_the_next_round(world: World) -> None:
    hub = world.hub()
    hub.start()
    with hub.viewer("cam"):
        wait_until(lambda: world.looks != [])
    hub.stop()


def test_closing_ends_the_feeds_and_tells_capture_that_nobody_looks(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam") as channel:
        hub.round()
        hub.close()
        assert channel.feed.closed
    assert world.looks[-1] == ("cam", "web-1", 0)


def test_closing_while_the_broker_is_away_raises_nothing(world: World) -> None:
    hub: Hub = world.hub()
    with hub.viewer("cam"):
        hub.round()
        world.away = True
        hub.close()


def test_a_round_without_a_broker_says_so(world: World) -> None:
    hub = world.hub()
    world.away = True
    with pytest.raises(BrokerUnreachable):
        hub.round()


def test_the_placeholder_is_a_part_that_is_marked_as_one(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam") as channel:
        part = hub.placeholder(channel)
        assert b"X-Placeholder: 1\r\n" in part
        assert b"X-Frame-Seq" not in part
        assert hub.placeholder(channel) is part
    hub.stop()


def test_a_camera_that_nobody_looks_at_can_be_forgotten(world: World) -> None:
    world.add_camera("cam")
    hub = world.hub()
    try:
        with hub.viewer("cam"):
            assert not hub.forget("cam")
        hub.round()
        world.clock.move(10)
        hub.round()
        hub.round()
        assert hub.forget("cam")
        assert hub.accounts() == {}
    finally:
        hub.stop()


def test_a_reader_of_events_is_looking_and_no_viewer(world: World) -> None:
    world.add_camera("cam")
    hub = world.hub()
    with hub.reader("cam"), hub.reader("cam"):
        hub.round()
        assert hub.viewers() == {"cam": 0}
    hub.round()
    assert world.looks == [("cam", "web-1", 1), ("cam", "web-1", 0)]
    hub.stop()


def test_a_viewer_and_a_reader_of_events_share_one_reader_of_the_broker(world: World) -> None:
    hub = world.hub()
    with hub.viewer("cam") as first, hub.reader("cam") as second:
        assert first is second
        assert world.readers_started == ["cam"]
    hub.stop()


def test_a_camera_s_numbers_are_asked_for_while_somebody_reads_its_events(world: World) -> None:
    world.add_camera("cam")
    world.vitals["cam"] = Vitals(viewers=7)
    hub = world.hub()
    with hub.viewer("cam") as channel:
        hub.round()
        assert channel.vitals.viewers == 0
        with hub.reader("cam"):
            hub.round()
        assert channel.vitals.viewers == 7
    hub.stop()


def test_the_workers_are_those_of_the_last_round(world: World) -> None:
    hub = world.hub()
    assert list(hub.workers) == []
    hub.round()
    assert list(hub.workers) == world.at_work
    hub.stop()


def test_a_channel_stays_while_its_events_are_read(world: World) -> None:
    hub = world.hub()
    with hub.reader("cam") as channel:
        world.clock.move(LINGER_S + 1)
        hub.round()
        assert not channel.stop.is_set()
    hub.stop()


def test_the_newest_result_s_time_is_known_while_it_is_live(world: World) -> None:
    world.add_camera("cam").add(result(5))
    hub = world.hub()
    assert hub.newest("cam") is None
    with hub.viewer("cam") as channel:
        assert channel.fresh_picture(5.0) is not None
        assert hub.newest("cam") == NOW_NS
        world.clock.move(5)
        assert hub.newest("cam") is None
    hub.stop()
