"""`mien up`: everything on one machine."""

import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from threading import Event
from types import FrameType

from pydantic import TypeAdapter, ValidationError

from services.local.announce import Announcer, say
from services.local.browser import Browser
from services.local.cameras import Camera, chosen_by_environment, default_camera, named, why_default
from services.local.make_watch import watch_make
from services.local.options import EVERYWHERE, HOST, PORT, Options, default_workers, parse_port
from services.local.plan import Wanted, embedded_broker, embedded_environment, service_programs
from services.local.ports import port_problem
from services.local.qr import code, is_this_machine
from services.local.runtime import runtime_folder
from services.local.supervisor import BAD_START, Program, Supervisor
from services.local.token_file import with_token_file
from services.local.webcams import find_webcams
from shared import logs
from shared.errors import MienError, SettingsError
from shared.settings import ServiceSettings


def up(options: Options, environ: Mapping[str, str]) -> int:
    """Run everything until a signal ends it; return the exit code.

    What is wrong with the options or the environment is one line on standard error and exit code 2.
    """
    stop = Event()
    _stop_on_signals(stop)
    watch_make(stop, environ)
    try:
        settings = ServiceSettings.load(environ)
        logs.set_up("up", settings.log_level)
        wanted = wanted_from(options, environ, settings, stop)
        with ExitStack() as stack:
            return Supervisor(programs(wanted, options, environ, stack)).run(stop)
    except MienError as error:
        sys.stderr.write(f"mien up: {error}\n")
        return BAD_START


def wanted_from(
    options: Options, environ: Mapping[str, str], settings: ServiceSettings, stop: Event
) -> Wanted:
    """Return what to run: the options go before the environment, which goes before the defaults.

    When `stop` is set, no webcam is waited for any longer.

    Raises:
        SettingsError: an option or a variable is wrong, or the port cannot be had.
    """
    host = options.host or environ.get("MIEN_HOST") or (EVERYWHERE if options.qr else HOST)
    if options.qr:
        _check_qr(options, environ, host)
    port = options.port or parse_port("MIEN_PORT", environ.get("MIEN_PORT") or str(PORT))
    problem = port_problem(host, port)
    if problem:
        raise SettingsError(f"{problem}; --port takes another (make run PORT=...)")
    return Wanted(
        workers=options.workers or default_workers(),
        host=host,
        port=port,
        cameras=_cameras(options, environ, stop),
        metrics_port=options.metrics_port or settings.metrics_port,
        cameras_file=options.cameras_file and options.cameras_file.absolute(),
        https=options.https,
        notify=_names_anybody(options, environ),
    )


def _check_qr(options: Options, environ: Mapping[str, str], host: str) -> None:
    asked = environ.get("MIEN_HTTPS") or "false"
    try:
        https = options.https or TypeAdapter(bool).validate_python(asked)
    except ValidationError as error:
        raise SettingsError(f"MIEN_HTTPS {asked!r} is neither true nor false") from error
    if not (https or environ.get("MIEN_TLS_CERT")):
        raise SettingsError("--qr needs --https: a phone's browser gives its camera to nothing else")
    if is_this_machine(host):
        name = "--host" if options.host else "MIEN_HOST"
        raise SettingsError(f"--qr: no phone reaches {name} {host}, this machine only; leave it away")


def programs(wanted: Wanted, options: Options, environ: Mapping[str, str], stack: ExitStack) -> list[Program]:
    """Return the programs to run, the broker first; their private folders live as long as `stack`.

    Raises:
        SettingsError: there is no embedded broker for this platform.
        BrokerRefused: the broker that the environment names refuses.
    """
    environ = with_token_file(environ)
    broker: list[Program] = []
    if environ.get("MIEN_REDIS_URL"):
        _ask_broker(environ)
    else:
        folder = stack.enter_context(runtime_folder())
        broker = [embedded_broker(folder)]
        environ = embedded_environment(folder, environ)
    return [*broker, *service_programs(wanted, environ, _announcer(options, stack).line)]


def _announcer(options: Options, stack: ExitStack) -> Announcer:
    browser = Browser(stack.enter_context(runtime_folder())) if options.open else None

    def on_url(url: str) -> None:
        if options.qr:
            say(code(url))
        if browser is not None:
            browser.show(url)

    return Announcer(on_url=on_url)


def _cameras(options: Options, environ: Mapping[str, str], stop: Event) -> list[Camera]:
    if options.cameras and options.cameras_file:
        raise SettingsError("--cameras FILE names every camera; use it without --source and --camera")
    if options.cameras:
        return named(options.cameras)
    if options.cameras_file or chosen_by_environment(environ):
        return []
    webcams = find_webcams(stop)
    if not stop.is_set():
        say(why_default(webcams))
    return named([default_camera(webcams)])


def _names_anybody(options: Options, environ: Mapping[str, str]) -> bool:
    if options.cameras or not (options.cameras_file or environ.get("MIEN_CAMERAS_FILE")):
        return False
    # Only here, because it takes longer to import than most of this module.
    from services.local.notified import names_anybody  # noqa: PLC0415

    return names_anybody(options.cameras_file, environ)


def _ask_broker(environ: Mapping[str, str]) -> None:
    # Only here, because it takes longer to import than all else of this module.
    from services.local.broker_check import ask_broker  # noqa: PLC0415

    ask_broker(environ)


def _stop_on_signals(stop: Event) -> None:
    def on_signal(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, on_signal)
