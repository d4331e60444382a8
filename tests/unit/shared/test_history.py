import pytest

from shared.errors import BrokerUnreachable, SettingsError
from shared.history import CameraHistory, Span
from tests.fakes import AWAY, FakeBroker, FakeRedis


def test_a_span_holds_its_beginning_and_not_its_end() -> None:
    span = Span(10, 20)
    assert [span.holds(t) for t in (9, 10, 19, 20)] == [False, True, True, False]


def test_what_is_no_camera_has_no_history() -> None:
    with pytest.raises(SettingsError):
        CameraHistory(FakeBroker(), "NOT AN ID")


def test_a_broker_that_is_away_is_said_so() -> None:
    history = CameraHistory(FakeBroker(FakeRedis(xrange=AWAY, hget=AWAY)), "cam1")
    with pytest.raises(BrokerUnreachable):
        list(history.results(Span(0, 1)))
    with pytest.raises(BrokerUnreachable):
        list(history.sums("1s", Span(0, 1)))
