"""Which programs `mien up` runs, and with which environment: a pure function of what was asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.local.cameras import NAME_CAMERAS, Camera, variable
from services.local.children import module_command
from services.local.supervisor import Program
from services.local.valkey import socket_url, valkey_command
from shared.errors import SettingsError

BROKER, INFERENCE, CAPTURE, WEB = range(4)
"""Stages: what shows frames ends first, then what makes them, then what reads them; the broker ends last."""

END_BY_S = {WEB: 2.2, CAPTURE: 3.3, INFERENCE: 3.8, BROKER: 4.1}
"""Everything has ended within 5 s; web gives requests in progress 2 s, and capture its cameras 1.5 s."""

LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to run.

    Attributes:
        workers: how many inference workers.
        host: where web listens.
        port: where web listens.
        cameras: with their ids; empty where the environment says which.
        metrics_port: capture's, then web's, the workers' and notify's, one after the other; none where it is
            None.
        cameras_file: names the cameras instead.
        https: whether web is to serve HTTPS; where it is not asked for, the environment says.
        notify: whether the file of cameras names anybody who is to be told of changes.
    """

    workers: int
    host: str
    port: int
    cameras: Sequence[Camera] = ()
    metrics_port: int | None = None
    cameras_file: Path | None = None
    https: bool = False
    notify: bool = False


def embedded_broker(folder: Path) -> Program:
    """Return the program of an embedded broker in its private folder.

    Raises:
        SettingsError: there is none for this platform.
    """
    return Program("broker", valkey_command(folder), None, BROKER, END_BY_S[BROKER])


def embedded_environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the services' environment with the embedded broker, which has no password."""
    others = {name: value for name, value in environ.items() if name != "MIEN_REDIS_PASSWORD_FILE"}
    return {**others, "MIEN_REDIS_URL": socket_url(folder)}


def service_programs(
    wanted: Wanted, environ: Mapping[str, str], on_line: Callable[[str], None] | None = None
) -> list[Program]:
    """Return the services' programs; `MIEN_*` variables of `environ` reach each of them.

    Args:
        wanted: what to run.
        environ: with the broker and the token's file.
        on_line: takes web's standard output.

    Raises:
        SettingsError: the last of the metrics' ports would be none.
    """
    web = {"MIEN_HOST": wanted.host, "MIEN_PORT": str(wanted.port)}
    if wanted.https:
        web["MIEN_HTTPS"] = "true"
    ports = _metrics_ports(wanted)
    ports, last = ports[: 2 + wanted.workers], ports[2 + wanted.workers :]

    def program(name: str, service: str, env: Mapping[str, str], stage: int) -> Program:
        return Program(name, module_command(f"services.{service}"), env, stage, END_BY_S[stage])

    return [
        program("capture", "capture", {**_capture(wanted, environ), **ports[0]}, CAPTURE),
        *(
            program(f"inference {n}", "inference", {**environ, **port}, INFERENCE)
            for n, port in enumerate(ports[2:], 1)
        ),
        *(
            # It ends with web, before it would tell anybody that the cameras are lost.
            program("notify", "notify", {**_capture(wanted, environ), **port}, WEB)
            for port in last
        ),
        replace(program("web", "web", {**environ, **web, **ports[1]}, WEB), on_line=on_line),
    ]


def _capture(wanted: Wanted, environ: Mapping[str, str]) -> dict[str, str]:
    if not wanted.cameras and wanted.cameras_file is None:
        return dict(environ)
    others = {name: value for name, value in environ.items() if name not in NAME_CAMERAS}
    if wanted.cameras_file is not None:
        return {**others, "MIEN_CAMERAS_FILE": str(wanted.cameras_file)}
    return {**others, "MIEN_CAMERAS": variable(wanted.cameras)}


def _metrics_ports(wanted: Wanted) -> list[dict[str, str]]:
    base, needed = wanted.metrics_port, 2 + wanted.workers + wanted.notify
    if base is None:
        return [{}] * needed
    if base + needed - 1 > LAST_PORT:
        raise SettingsError(f"metrics port {base}: {needed} ports from there on are more than there are")
    return [{"MIEN_METRICS_PORT": str(base + n)} for n in range(needed)]
