import logging
from collections.abc import Iterator

import pytest

from shared.logs import MOST_KINDS, Seldom, set_up
from tests.fakes import Ticker


@pytest.fixture
def root_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def seldom(caplog: pytest.LogCaptureFixture) -> tuple[Seldom, Ticker]:
    caplog.set_level(logging.WARNING)
    clock = Ticker()
    return Seldom(logging.getLogger("test"), clock), clock


def test_the_first_line_comes_at_once(
    seldom: tuple[Seldom, Ticker], caplog: pytest.LogCaptureFixture
) -> None:
    seldom[0].warning("frame %s is bad", 1)
    assert caplog.messages == ["frame 1 is bad"]


def test_lines_of_the_same_second_are_held_back(
    seldom: tuple[Seldom, Ticker], caplog: pytest.LogCaptureFixture
) -> None:
    log, clock = seldom
    for number in range(5):
        log.warning("frame %s is bad", number)
        clock.now += 0.1
    assert caplog.messages == ["frame 0 is bad"]


def test_the_next_line_says_how_many_were_held_back(
    seldom: tuple[Seldom, Ticker], caplog: pytest.LogCaptureFixture
) -> None:
    log, clock = seldom
    for number in range(3):
        log.warning("frame %s is bad", number)
    clock.now += 1.0
    log.warning("frame %s is bad", 3)
    clock.now += 1.0
    log.warning("frame %s is bad", 4)
    assert caplog.messages == ["frame 0 is bad", "frame 3 is bad (and 2 more like it)", "frame 4 is bad"]


def test_a_line_is_not_held_back_for_the_sake_of_another_message_or_another_camera(
    seldom: tuple[Seldom, Ticker], caplog: pytest.LogCaptureFixture
) -> None:
    log, clock = seldom
    for _ in range(2):
        log.warning("frame %s is bad", 1, about="door")
    log.warning("frame %s is bad", 2, about="hall")
    log.warning("no model", about="hall")
    clock.now += 1.0
    log.warning("no model", about="hall")
    log.warning("frame %s is bad", 3, about="door")
    assert caplog.messages == [
        "frame 1 is bad",
        "frame 2 is bad",
        "no model",
        "no model",
        "frame 3 is bad (and 1 more like it)",
    ]


def test_names_without_end_cannot_fill_the_log(
    seldom: tuple[Seldom, Ticker], caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(10 * MOST_KINDS):
        seldom[0].warning("camera %s is bad", number, about=str(number))
    assert len(caplog.messages) == MOST_KINDS + 1


@pytest.mark.usefixtures("root_restored")
def test_each_line_goes_to_standard_error_with_the_services_name(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("capture", "INFO")
    logging.getLogger("anywhere").info("camera %s is live", "cam1")
    logging.getLogger("anywhere").debug("not shown")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("INFO    capture: camera cam1 is live\n")
    assert err.count("\n") == 1
