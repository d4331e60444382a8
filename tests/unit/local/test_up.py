import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from services.local.cameras import Camera
from services.local.options import Options
from services.local.plan import Wanted
from services.local.up import programs, up, wanted_from
from shared.errors import SettingsError
from shared.settings import ServiceSettings

DEMO = (Camera(None, "demo:"),)


def wanted_by(options: Options, environ: Mapping[str, str]) -> Wanted:
    return wanted_from(options, environ, ServiceSettings.load(environ), Event())


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_options_go_before_the_environment(port: int) -> None:
    environ = {"MIEN_PORT": "1", "MIEN_HOST": "192.0.2.1", "MIEN_METRICS_PORT": "9000"}
    options = Options(DEMO, 2, "127.0.0.1", port, 9100)
    wanted = wanted_by(options, environ)
    assert (wanted.host, wanted.port, wanted.workers, wanted.metrics_port) == ("127.0.0.1", port, 2, 9100)


def test_the_environment_goes_before_the_defaults(port: int) -> None:
    environ = {"MIEN_PORT": str(port), "MIEN_METRICS_PORT": "9000"}
    wanted = wanted_by(Options(DEMO), environ)
    assert (wanted.host, wanted.port, wanted.metrics_port) == ("127.0.0.1", port, 9000)


def test_cameras_of_the_environment_are_not_asked_for_again(port: int) -> None:
    environ = {"MIEN_PORT": str(port), "MIEN_SOURCE": "test:"}
    assert wanted_by(Options(), environ).cameras == []


def test_a_file_of_cameras_is_named_in_full_and_no_other_camera_is_asked_for(port: int) -> None:
    wanted = wanted_by(Options(port=port, cameras_file=Path("cameras.yaml")), {})
    assert wanted.cameras == []
    assert wanted.cameras_file == Path.cwd() / "cameras.yaml"


def test_a_file_of_cameras_and_a_camera_together_are_refused(port: int) -> None:
    with pytest.raises(SettingsError, match="use it without --source and --camera"):
        wanted_by(Options(DEMO, port=port, cameras_file=Path("cameras.yaml")), {})


def test_a_taken_port_is_one_line_that_names_it_and_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert up(Options(DEMO, port=taken), {}) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(taken) in error
    assert "--port" in error


@pytest.mark.parametrize(
    ("name", "value"), [("MIEN_NONSENSE", "1"), ("MIEN_LOG_LEVEL", "LOUD"), ("MIEN_PORT", "web")]
)
def test_a_bad_variable_is_one_line_that_names_it(
    name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert up(Options(DEMO), {name: value}) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert name in error


def test_a_broker_of_ones_own_is_used_instead_of_an_embedded_one(port: int) -> None:
    environ = {"MIEN_REDIS_URL": "redis://127.0.0.1:1/0"}
    wanted = wanted_by(Options(DEMO, workers=1, port=port), environ)
    with ExitStack() as stack:
        started = programs(wanted, Options(), environ, stack)
    assert {program.name for program in started} == {"web", "capture", "inference 1"}
    assert all(
        program.env and program.env["MIEN_REDIS_URL"] == environ["MIEN_REDIS_URL"] for program in started
    )


def test_a_broker_url_that_is_none_is_refused(port: int) -> None:
    environ = {"MIEN_REDIS_URL": "nonsense"}
    wanted = wanted_by(Options(DEMO, port=port), environ)
    with ExitStack() as stack, pytest.raises(SettingsError, match="MIEN_REDIS_URL"):
        programs(wanted, Options(), environ, stack)


def test_the_embedded_broker_comes_first(port: int) -> None:
    wanted = wanted_by(Options(DEMO, port=port), {})
    with ExitStack() as stack:
        assert programs(wanted, Options(), {}, stack)[0].name == "broker"


def test_a_qr_code_is_for_other_machines_so_all_of_them_may_come(port: int) -> None:
    assert wanted_by(Options(DEMO, port=port, https=True, qr=True), {}).host == "0.0.0.0"
    environ = {"MIEN_HTTPS": "true", "MIEN_HOST": "0.0.0.0"}
    assert wanted_by(Options(DEMO, port=port, qr=True), environ).host == "0.0.0.0"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_qr_code_of_an_address_that_no_phone_reaches_is_one_line(port: int, host: str) -> None:
    options = Options(DEMO, port=port, https=True, qr=True)
    with pytest.raises(SettingsError, match=f"no phone reaches --host {host}"):
        wanted_by(replace(options, host=host), {})
    with pytest.raises(SettingsError, match=f"no phone reaches MIEN_HOST {host}"):
        wanted_by(options, {"MIEN_HOST": host})


@pytest.mark.parametrize("environ", [{}, {"MIEN_HTTPS": "false"}, {"MIEN_HTTPS": ""}])
def test_a_qr_code_without_https_is_one_line(port: int, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="--qr needs --https"):
        wanted_by(Options(DEMO, port=port, qr=True), environ)


def test_https_that_is_neither_true_nor_false_is_one_line(port: int) -> None:
    with pytest.raises(SettingsError, match="MIEN_HTTPS 'maybe'"):
        wanted_by(Options(DEMO, port=port, qr=True), {"MIEN_HTTPS": "maybe"})
