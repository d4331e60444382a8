import subprocess
import sys
from pathlib import Path

import pytest

from services import cli

COMMANDS = ["up", "capture", "inference", "notify", "web", "classify", "analyze", "bench", "doctor"]

NEEDED = {"classify": ["face.jpg"], "analyze": ["clip.mp4", "--out", "results"]}
"""What a command cannot be without."""


def test_the_parser_knows_each_command_and_hands_it_over() -> None:
    for command in COMMANDS:
        arguments = [command, *NEEDED.get(command, [])]
        assert callable(cli.build_parser().parse_args(arguments).handler)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: mien {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["dance"], ["classify"], ["analyze", "clip.mp4"], ["web", "too", "many"]]
)
def test_what_it_does_not_know_is_a_usage_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: mien" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["up", "--camera", "rtsp://me:hunter2@cam/live?channel=1"],
        ["up", "--cam=door=rtsp://me:hunter2@cam/1"],
        ["up", "--sorce=rtsp://me:hunter2@cam/1"],
        ["up", "rtsp://me:a word and hunter2@cam/1"],
        ["up", "--port", "rtsp://me:hunter2@cam/1"],
        ["me:hunter2@cam"],
    ],
)
def test_a_usage_error_shows_no_address_of_a_camera(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)

    assert "hunter2" not in capsys.readouterr().err


def test_the_beginning_of_an_option_is_not_taken_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["up", "--work", "1"])

    assert "unrecognized arguments: --work 1" in capsys.readouterr().err


def test_pictures_and_json_are_parsed_for_classify() -> None:
    parsed = cli.build_parser().parse_args(["classify", "--json", "a.jpg", "b.jpg"])
    assert (parsed.json, parsed.images) == (True, ["a.jpg", "b.jpg"])


def test_labels_are_handed_on_to_classify(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[str] = []
    monkeypatch.setattr(cli, "_become", lambda *arguments: handed.extend(arguments))
    parsed = cli.build_parser().parse_args(["classify", "--labels", "ferplus", "--json", "a.jpg"])
    parsed.handler(parsed)
    assert handed == ["services.inference.classify", "--json", "--labels=ferplus", "--", "a.jpg"]


def test_parsing_loads_nothing_heavy() -> None:
    code = "import sys, services.cli as cli; cli.build_parser(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "cv2", "flask", "redis", "pydantic"} & set(loaded)


def test_the_options_of_a_benchmark_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[tuple[str, ...]] = []

    def become(*command: str) -> int:
        became.append(command)
        return 0

    monkeypatch.setattr(cli, "_become", become)
    options = ["--quick", "--parts", "stages", "--fer-python", "mine"]
    for given in ([], options):
        cli.main(["bench", *given])
    assert became == [("benchmarks.bench",), ("benchmarks.bench", *options)]


def test_a_benchmark_says_what_must_be_installed_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "BENCH_NEEDS", ("json", "no_such_package"))
    assert cli.main(["bench"]) == 2
    assert capsys.readouterr().err == "mien bench: no_such_package not installed: pip install 'mien[bench]'\n"


def test_an_analysis_says_what_must_be_installed_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "ANALYZE_NEEDS", ("json", "no_such_package"))
    assert cli.main(["analyze", "clip.mp4", "--out", "results"]) == 2
    said = "mien analyze: no_such_package not installed: pip install 'mien[local]'\n"
    assert capsys.readouterr().err == said


def test_a_service_becomes_a_program_of_its_own_and_its_bad_setting_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.cli", "capture"]
    environ = {"MIEN_NONSENSE": "1", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    run = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("mien capture: MIEN_NONSENSE")
    assert run.stderr.count("\n") == 1


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("mien ")
