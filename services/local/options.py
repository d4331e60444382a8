"""The options of `mien up`."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from services.local.cameras import Camera, parse_camera
from shared.errors import SettingsError

HOST = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104  it is asked for
PORT = 8000
"""Where web listens by default."""

LAST_PORT = 65535
MOST_WORKERS = 64

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; None where it was not.

    Attributes:
        cameras: in the order in which they were given.
        workers: how many inference workers.
        host: where web listens.
        port: where web listens.
        metrics_port: the first of the metrics' ports.
        open: whether to open a browser.
        cameras_file: names the cameras instead.
        https: whether to serve HTTPS.
        qr: whether to print the address as a QR code.
    """

    cameras: Sequence[Camera] = ()
    workers: int | None = None
    host: str | None = None
    port: int | None = None
    metrics_port: int | None = None
    open: bool = False
    cameras_file: Path | None = None
    https: bool = False
    qr: bool = False


def default_workers() -> int:
    """Return one worker for every two cores that this process may use, and at least one.

    A worker uses one core, and capture, web and the broker need some too.
    """
    return max(1, usable_cores() // 2)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `mien up` to its parser."""
    parser.add_argument(
        "--source",
        dest="cameras",
        action="append",
        type=lambda text: Camera(None, text),
        metavar="SRC",
        help="a camera: 'demo:', 'test:', a webcam (0 or /dev/video0), rtsp://..., http(s)://..., "
        "a video file or a folder of pictures; may be repeated (default: the first webcam, else demo:)",
    )
    parser.add_argument(
        "--camera",
        dest="cameras",
        action="append",
        type=_checked(parse_camera),
        metavar="ID=SRC",
        help="the same, with the id that it is to have",
    )
    parser.add_argument(
        "--cameras",
        dest="cameras_file",
        type=Path,
        metavar="FILE",
        help="a YAML file of cameras, with settings for each, instead; it may be edited meanwhile",
    )
    parser.add_argument(
        "--workers",
        type=number("number of workers", 1, MOST_WORKERS),
        metavar="N",
        help=f"inference workers (default: {default_workers()}, one for every two cores)",
    )
    parser.add_argument("--host", help="where to listen (default: 127.0.0.1, this machine only)")
    parser.add_argument(
        "--port", type=number("port", 1, LAST_PORT), help=f"where to listen (default: {PORT})"
    )
    parser.add_argument(
        "--metrics-port",
        type=number("metrics port", 1, LAST_PORT),
        metavar="BASE",
        help="serve Prometheus metrics: capture's at BASE, web's at BASE+1, the workers' from BASE+2 on, "
        "notify's last",
    )
    parser.add_argument(
        "--https",
        action="store_true",
        help="serve HTTPS, without which browsers give no camera to pages of another machine; with the "
        "certificate that MIEN_TLS_CERT names, or one that is made at the first start",
    )
    parser.add_argument(
        "--qr",
        action="store_true",
        help="print the address as a QR code for a phone in the same network, and listen there "
        "(--host 0.0.0.0); needs --https",
    )
    parser.add_argument("--open", action="store_true", help="open a browser")


def options_from(arguments: argparse.Namespace) -> Options:
    """Return the options that a parser with `add_options` has read."""
    return Options(
        cameras=tuple(arguments.cameras or ()),
        workers=arguments.workers,
        host=arguments.host,
        port=arguments.port,
        metrics_port=arguments.metrics_port,
        open=arguments.open,
        cameras_file=arguments.cameras_file,
        https=arguments.https,
        qr=arguments.qr,
    )


def parse_port(name: str, text: str) -> int:
    """Return the TCP port that `text` is.

    Raises:
        SettingsError: it is none; names where it came from.
    """
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise SettingsError(f"{name} {text!r} is no port from 1 to {LAST_PORT}")
    return int(text)


def number(name: str, least: int, most: int) -> Callable[[str], int]:
    """Return what reads a number for argparse, which `name` is in its error's line."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no {name} from {least} to {most}")
        return int(text)

    return parse


def _checked(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return `parse` with its errors as argparse wants them."""

    def checked(text: str) -> Value:
        try:
            return parse(text)
        except SettingsError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked
