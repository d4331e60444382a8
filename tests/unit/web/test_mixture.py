import pytest

from services.web.mixture import Mixture
from shared.entities import Privacy
from shared.registry import Worker


def worker(number: int, privacy: Privacy | None) -> Worker:
    return Worker(f"w{number}", "host", 10.0, 100, privacy)


BLUR, OFF, SILENT = worker(1, Privacy.BLUR), worker(2, Privacy.OFF), worker(3, None)


def test_workers_that_agree_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    mixture = Mixture()
    mixture.look([])
    mixture.look([BLUR, worker(4, Privacy.BLUR), SILENT])
    assert caplog.messages == []


def test_workers_that_do_not_agree_are_named_once(caplog: pytest.LogCaptureFixture) -> None:
    mixture = Mixture()
    for _ in range(3):
        mixture.look([BLUR, OFF])
    assert caplog.messages == ["the workers do not agree on MIEN_PRIVACY: off: w2; blur: w1"]


def test_workers_that_agreed_meanwhile_are_named_again(caplog: pytest.LogCaptureFixture) -> None:
    mixture = Mixture()
    for workers in ([BLUR, OFF], [BLUR], [BLUR, OFF]):
        mixture.look(workers)
    assert len(caplog.messages) == 2
