import argparse
from pathlib import Path

import pytest

from services.local.cameras import Camera
from services.local.options import Options, add_options, default_workers, options_from, parse_port
from shared.errors import SettingsError


def parse(*arguments: str) -> Options:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return options_from(parser.parse_args(arguments))


def test_without_options_nothing_is_asked_for() -> None:
    assert parse() == Options()


def test_sources_and_cameras_keep_their_order() -> None:
    options = parse("--source", "demo:", "--camera", "door=0", "--source", "test:")
    assert options.cameras == (Camera(None, "demo:"), Camera("door", "0"), Camera(None, "test:"))


def test_a_file_of_cameras_is_read() -> None:
    assert parse("--cameras", "my/cameras.yaml").cameras_file == Path("my/cameras.yaml")


def test_each_option_is_read() -> None:
    options = parse("--workers", "3", "--host", "::1", "--port", "8010", "--metrics-port", "9100", "--open")
    assert options == Options((), 3, "::1", 8010, 9100, open=True)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--port", "0"), ("--port", "65536"), ("--port", "web"), ("--workers", "0"), ("--camera", "no id")],
)
def test_a_bad_value_is_a_usage_error_that_names_its_option(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(option, value)
    assert caught.value.code == 2
    assert option in capsys.readouterr().err


def test_there_is_always_a_worker() -> None:
    assert default_workers() >= 1


def test_a_port_of_the_environment_is_checked_and_named() -> None:
    assert parse_port("MIEN_PORT", "8010") == 8010
    with pytest.raises(SettingsError, match="MIEN_PORT 'web'"):
        parse_port("MIEN_PORT", "web")
