from prometheus_client import CollectorRegistry

from services.web.metrics import HubCollector, Metrics
from services.web.ordering import Account
from services.web.picture import picture_of
from tests.unit.web.fakes import Clock, result


def test_a_picture_that_was_sent_is_counted_with_its_age() -> None:
    registry, clock = CollectorRegistry(), Clock()
    metrics = Metrics(registry, clock)
    picture = picture_of(result(1), arrived=clock(), latency_ns=250_000_000)
    clock.move(0.25)
    metrics.sent_to("cam")(picture)
    assert registry.get_sample_value("mien_web_frames_sent_total", {"camera": "cam"}) == 1
    assert registry.get_sample_value("mien_web_frame_age_seconds_sum", {"camera": "cam"}) == 0.5


def test_the_hub_s_numbers_are_shown_as_they_are_now() -> None:
    registry = CollectorRegistry()
    account = Account(read=10, shown=7, late=1, trimmed=2)
    registry.register(HubCollector(lambda: {"cam": 3}, lambda: {"cam": account}, lambda: 2))
    assert registry.get_sample_value("mien_web_viewers", {"camera": "cam"}) == 3
    assert registry.get_sample_value("mien_web_browser_cameras") == 2
    for outcome, number in (("read", 10), ("shown", 7), ("late", 1), ("trimmed", 2), ("undecodable", 0)):
        labels = {"camera": "cam", "outcome": outcome}
        assert registry.get_sample_value("mien_web_results_total", labels) == number


def test_a_picture_that_was_withheld_is_counted() -> None:
    registry = CollectorRegistry()
    Metrics(registry).withheld("cam")
    assert registry.get_sample_value("mien_web_pictures_withheld_total", {"camera": "cam"}) == 1


def test_the_series_of_a_camera_that_never_comes_back_are_dropped() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.withheld("browser-a")
    metrics.forget("browser-a")
    assert registry.get_sample_value("mien_web_pictures_withheld_total", {"camera": "browser-a"}) is None


def test_browsers_that_were_cut_off_are_counted_by_code() -> None:
    registry = CollectorRegistry()
    Metrics(registry).cut_off(1008)
    assert registry.get_sample_value("mien_web_browsers_cut_off_total", {"code": "1008"}) == 1


def test_results_for_readers_of_events_are_counted_by_what_became_of_them() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.events_to("cam")(3, 5)
    for outcome, number in (("sent", 3), ("passed_over", 5)):
        labels = {"camera": "cam", "outcome": outcome}
        assert registry.get_sample_value("mien_web_result_events_total", labels) == number
    metrics.forget("cam")
    gone = {"camera": "cam", "outcome": "sent"}
    assert registry.get_sample_value("mien_web_result_events_total", gone) is None
