"""Checks of the settings and of the broker, before anything is started."""

from collections.abc import Mapping

from services.local.embedded import EmbeddedBroker
from services.local.findings import Finding, broken, ok, warning
from shared.errors import BrokerError, BrokerUnreachable, MienError
from shared.service import connect
from shared.settings import ServiceSettings


def check_settings(environ: Mapping[str, str]) -> Finding:
    """Check the `MIEN_*` variables that all services share."""
    try:
        ServiceSettings.load(environ)
    except MienError as error:
        return broken("settings", str(error), "Change or unset it")
    return ok("settings", "no unknown MIEN_ variable")


def check_broker(environ: Mapping[str, str]) -> Finding:
    """Check the broker that the services would use: the one that MIEN_REDIS_URL names, or an embedded one."""
    try:
        if not environ.get("MIEN_REDIS_URL"):
            with EmbeddedBroker():
                return ok("broker", "the embedded one starts")
        away = ask_broker(environ)
        disk = None if away else keeps_on_disk(environ)
    except MienError as error:
        return broken("broker", str(error), "MIEN_REDIS_URL names the broker; unset, an embedded one is used")
    if away:
        return broken("broker", away, "Start it, or unset MIEN_REDIS_URL for an embedded one")
    if disk:
        remedy = 'In its configuration: save "" and appendonly no'
        return warning(
            "broker", f"it answers, and writes what it holds, pictures too, to disk ({disk})", remedy
        )
    return ok("broker", "the one that MIEN_REDIS_URL names answers")


def ask_broker(environ: Mapping[str, str]) -> str | None:
    """Ask the broker that MIEN_REDIS_URL names for a sign of life; return why there is none, or None.

    Services wait for a broker that is away.

    Raises:
        BrokerRefused: it refuses, which waiting does not change.
        SettingsError: the settings that name it are wrong.
    """
    broker = connect(ServiceSettings.load(environ), "mien-local")
    try:
        broker.ping()
    except BrokerUnreachable as error:
        return str(error)
    finally:
        broker.close()
    return None


def keeps_on_disk(environ: Mapping[str, str]) -> str | None:
    """Return the settings by which the broker that MIEN_REDIS_URL names writes to disk, or None.

    None as well where it does not tell: hosted brokers and careful ones refuse CONFIG.

    Raises:
        SettingsError: the settings that name it are wrong.
    """
    broker = connect(ServiceSettings.load(environ), "mien-local")
    try:
        with broker.errors():
            found = broker.redis.config_get("save", "appendonly")
    except BrokerError:
        return None
    finally:
        broker.close()
    on = [f"{name} {value}" for name, value in sorted(found.items()) if value not in ("", "no")]
    return ", ".join(on) or None
