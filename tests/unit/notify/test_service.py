from collections.abc import Iterator
from threading import Event, Thread

import pytest

from services.notify.__main__ import Service
from services.notify.post import Post
from shared.broker import Broker
from shared.health import Health
from shared.leading import LASTS_MS, Lead
from tests.e2e.processes import eventually
from tests.fakes import AWAY, Ticker, Waits


class Held(Lead):
    """A lead that is had at once; later answers come when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = Event()

    def take(self) -> int:
        self.asked += 1
        if self.asked > 1:
            self.answers.wait(10)
        return 7

    def give_up(self) -> None: ...


class Bench:
    """A service without a broker, whose changes of the lead are noted."""

    def __init__(self) -> None:
        self.changes: list[bool] = []
        self.ticker = Ticker()
        self.lead = Held()
        self.broker = Broker("unix:///nowhere")
        self.service = Service(self.broker, "one", Post())
        leadership = self.service.leadership
        leadership._lead, leadership._clock = self.lead, self.ticker
        leadership._on_change = self.changes.append


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    bench = Bench()
    monkeypatch.setattr(bench.service._clock, "refresh", lambda: None)
    yield bench
    bench.lead.answers.set()
    bench.service.end()


def test_it_leads_no_longer_when_the_clock_is_the_first_to_find_the_broker_away(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise AWAY

    bench.service.round(Waits(), Health())
    monkeypatch.setattr(bench.service._clock, "refresh", away)
    with pytest.raises(type(AWAY)):
        bench.service.round(Waits(), Health())
    assert (bench.changes, bench.service.leadership.term) == ([True, False], None)


def test_it_leads_no_longer_when_an_answer_takes_longer_than_the_lead_lasts(bench: Bench) -> None:
    stop = Event()
    thread = Thread(target=bench.service.run, args=(stop, Health()), daemon=True)
    thread.start()
    eventually("the lead is asked for again", lambda: bench.lead.asked == 2)
    assert bench.changes == [True]
    bench.ticker.now += LASTS_MS / 1000
    eventually("it is let go", lambda: bench.changes == [True, False])
    stop.set()
    bench.lead.answers.set()
    thread.join(10)
