import logging
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.errors import ModelError, SettingsError
from shared.health import Health
from shared.service import BAD_START, connect, process_id, run, serve_metrics, stop_event
from shared.settings import ServiceSettings


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("MIEN_"):
            monkeypatch.delenv(name)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for number, handler in signals.items():
        signal.signal(number, handler)


def raising(error: Exception) -> Callable[[ServiceSettings], None]:
    def main(_settings: ServiceSettings) -> None:
        raise error

    return main


def test_a_service_that_ends_by_itself_exits_with_0() -> None:
    seen: list[ServiceSettings] = []
    assert run("test", ServiceSettings, seen.append) == 0
    assert seen == [ServiceSettings.load({})]


def test_a_named_error_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("test", ServiceSettings, raising(ModelError("model x.onnx is not there"))) == BAD_START == 2
    assert capsys.readouterr() == ("", "mien test: model x.onnx is not there\n")


def test_an_unknown_variable_stops_the_service_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIEN_REDIS_ULR", "x")
    never_called = raising(AssertionError("main was called"))
    assert run("test", ServiceSettings, never_called) == BAD_START
    err = capsys.readouterr().err
    assert err.startswith("mien test: MIEN_REDIS_ULR is no setting of Mien")
    assert err.count("\n") == 1


def test_ctrl_c_while_a_service_starts_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def main(_settings: ServiceSettings) -> None:
        raise KeyboardInterrupt

    assert run("test", ServiceSettings, main) == 130
    assert capsys.readouterr() == ("", "")


def test_a_mistake_of_the_program_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run("test", ServiceSettings, raising(ZeroDivisionError("a bug")))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_sets_the_stop(number: signal.Signals) -> None:
    stop = stop_event()
    assert not stop.is_set()
    signal.raise_signal(number)
    assert stop.is_set()


def test_no_two_processes_have_the_same_id() -> None:
    assert process_id("inference").startswith("inference-")
    assert len({process_id("inference") for _ in range(20)}) > 15


def test_the_broker_gets_the_password_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hunter2\n")
    environ = {"MIEN_REDIS_URL": "redis://h:1/0", "MIEN_REDIS_PASSWORD_FILE": str(file)}
    broker = connect(ServiceSettings.load(environ), "mien-test")
    assert broker.redis.get_connection_kwargs()["password"] == "hunter2"
    assert broker.address == "redis://h:1/0"


def test_a_url_that_is_wrong_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="MIEN_REDIS_URL"):
        connect(ServiceSettings.load({"MIEN_REDIS_URL": "http://h"}), "mien-test")


def test_metrics_are_served_only_where_they_are_asked_for() -> None:
    assert serve_metrics(ServiceSettings.load({}), Health()) is None
