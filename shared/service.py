"""How every service begins and ends."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from secrets import token_hex
from threading import Event
from types import FrameType
from typing import TypeVar

from shared import logs
from shared.broker import Broker
from shared.errors import MienError
from shared.health import Health
from shared.metrics import MetricsServer
from shared.settings import ServiceSettings

BAD_START = 2
"""The exit code of a service that cannot run with what it was given."""

INTERRUPTED = 128 + signal.SIGINT
"""As shells have it."""

Settings = TypeVar("Settings", bound=ServiceSettings)


def stop_event() -> Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = Event()

    def on_signal(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def process_id(service: str) -> str:
    """Return an id for this process that no other has, of this host or another."""
    return f"{service}-{socket.gethostname()}-{os.getpid()}-{token_hex(2)}"


def connect(settings: ServiceSettings, name: str) -> Broker:
    """Return the broker that the settings name; nothing is sent yet.

    Raises:
        SettingsError: the URL or the password's file is wrong.
    """
    return Broker(settings.redis_url.get_secret_value(), password=settings.redis_password(), name=name)


def serve_metrics(settings: ServiceSettings, health: Health) -> MetricsServer | None:
    """Serve the metrics where the settings ask for it.

    Raises:
        SettingsError: the port cannot be had.
    """
    if settings.metrics_port is None:
        return None
    return MetricsServer(settings.metrics_host, settings.metrics_port, health)


def run(service: str, settings_type: type[Settings], main: Callable[[Settings], None]) -> int:
    """Read the settings, set up the log, run `main`; return the exit code.

    A `MienError` is one line on standard error and exit code 2; Ctrl-C before `main` listens to it is 130.
    """
    try:
        settings = settings_type.load(os.environ)
        logs.set_up(service, settings.log_level)
        main(settings)
    except MienError as error:
        sys.stderr.write(f"mien {service}: {error}\n")
        return BAD_START
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
