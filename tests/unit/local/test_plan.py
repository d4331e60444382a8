from collections.abc import Mapping
from pathlib import Path

import pytest

from services.local.cameras import Camera
from services.local.plan import Wanted, embedded_broker, embedded_environment, service_programs
from services.local.supervisor import Program
from shared.errors import SettingsError

CAMERAS = (Camera("cam1", "demo:"), Camera("door", "my clip.mp4"))


def plan(
    *,
    workers: int = 1,
    metrics_port: int | None = None,
    environ: Mapping[str, str] | None = None,
    cameras: tuple[Camera, ...] = CAMERAS,
    cameras_file: Path | None = None,
) -> dict[str, Program]:
    wanted = Wanted(workers, "127.0.0.1", 8010, cameras, metrics_port, cameras_file)
    return {program.name: program for program in service_programs(wanted, environ or {})}


def env(program: Program) -> Mapping[str, str]:
    assert program.env is not None
    return program.env


def test_each_service_is_a_program_of_its_own_and_each_worker_too() -> None:
    programs = plan(workers=2)
    assert {name: program.command[-1] for name, program in programs.items()} == {
        "web": "services.web",
        "capture": "services.capture",
        "inference 1": "services.inference",
        "inference 2": "services.inference",
    }


def test_web_ends_before_capture_and_capture_before_the_workers_and_the_broker_last(tmp_path: Path) -> None:
    programs = plan()
    order = [programs["web"], programs["capture"], programs["inference 1"], embedded_broker(tmp_path)]
    assert [program.stage for program in order] == [3, 2, 1, 0]


def test_capture_gets_the_cameras() -> None:
    assert env(plan()["capture"])["MIEN_CAMERAS"] == "cam1=demo: 'door=my clip.mp4'"


def test_cameras_of_the_command_line_replace_those_of_the_environment() -> None:
    capture = env(plan(environ={"MIEN_SOURCE": "0"})["capture"])
    assert "MIEN_SOURCE" not in capture


def test_a_file_of_cameras_replaces_those_of_the_environment() -> None:
    environ = {"MIEN_SOURCE": "0", "MIEN_CAMERAS": "a=0", "MIEN_CAMERAS_FILE": "/other.yaml", "MIEN_FPS": "5"}
    capture = env(plan(environ=environ, cameras=(), cameras_file=Path("/my/cameras.yaml"))["capture"])
    assert capture.items() >= {"MIEN_CAMERAS_FILE": "/my/cameras.yaml", "MIEN_FPS": "5"}.items()
    assert not capture.keys() & {"MIEN_SOURCE", "MIEN_CAMERAS"}


def test_cameras_of_the_environment_are_left_alone_without_any_of_the_command_line() -> None:
    capture = env(plan(environ={"MIEN_SOURCE": "0"}, cameras=())["capture"])
    assert capture["MIEN_SOURCE"] == "0"
    assert "MIEN_CAMERAS" not in capture


def test_web_gets_its_address() -> None:
    web = env(plan()["web"])
    assert (web["MIEN_HOST"], web["MIEN_PORT"]) == ("127.0.0.1", "8010")


def test_variables_of_the_environment_reach_every_service() -> None:
    given = {"MIEN_LOG_LEVEL": "DEBUG", "MIEN_PRIVACY": "blur", "PATH": "/bin"}
    assert all(env(program).items() >= given.items() for program in plan(environ=given).values())


def test_metrics_are_off_by_default() -> None:
    assert not any("MIEN_METRICS_PORT" in env(program) for program in plan().values())


def test_metrics_ports_are_capture_then_web_then_the_workers() -> None:
    ports = {
        name: env(program)["MIEN_METRICS_PORT"]
        for name, program in plan(workers=2, metrics_port=9100).items()
    }
    assert ports == {"capture": "9100", "web": "9101", "inference 1": "9102", "inference 2": "9103"}


def test_a_metrics_port_of_the_environment_is_not_shared_by_all() -> None:
    programs = plan(metrics_port=9100, environ={"MIEN_METRICS_PORT": "9100"})
    assert len({env(program)["MIEN_METRICS_PORT"] for program in programs.values()}) == 3


def test_metrics_ports_beyond_the_last_port_are_refused() -> None:
    with pytest.raises(SettingsError, match="65534"):
        plan(metrics_port=65534)


def test_the_embedded_broker_is_named_to_the_services_and_a_password_is_not(tmp_path: Path) -> None:
    environ = embedded_environment(tmp_path, {"MIEN_REDIS_PASSWORD_FILE": "/secret", "MIEN_FPS": "5"})
    assert environ == {"MIEN_REDIS_URL": f"unix://{tmp_path}/broker.sock", "MIEN_FPS": "5"}


def test_web_alone_is_told_to_serve_https() -> None:
    wanted = Wanted(1, "127.0.0.1", 8010, CAMERAS, https=True)
    programs = {program.name: program for program in service_programs(wanted, {})}
    assert env(programs["web"])["MIEN_HTTPS"] == "true"
    assert "MIEN_HTTPS" not in env(programs["capture"])


def test_notify_runs_where_the_file_names_somebody_and_ends_with_web() -> None:
    wanted = Wanted(2, "127.0.0.1", 8010, (), 9100, Path("/my/cameras.yaml"), notify=True)
    programs = {program.name: program for program in service_programs(wanted, {"MIEN_METRICS_PORT": "9100"})}
    notify = programs["notify"]
    assert notify.command[-1] == "services.notify"
    assert notify.stage == programs["web"].stage
    assert env(notify)["MIEN_CAMERAS_FILE"] == "/my/cameras.yaml"
    assert env(notify)["MIEN_METRICS_PORT"] == "9104"
    assert "notify" not in plan(cameras=(), cameras_file=Path("/my/cameras.yaml"))
