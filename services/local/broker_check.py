"""Checks of the settings and of the broker, before anything is started."""

from collections.abc import Mapping

from services.local.embedded import EmbeddedBroker
from services.local.findings import Finding, broken, ok
from shared.errors import BrokerUnreachable, MienError
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
    except MienError as error:
        return broken("broker", str(error), "MIEN_REDIS_URL names the broker; unset, an embedded one is used")
    if away:
        return broken("broker", away, "Start it, or unset MIEN_REDIS_URL for an embedded one")
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
