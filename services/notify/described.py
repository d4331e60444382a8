"""What the part `notify` of `cameras.yaml` may say, key by key."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import urllib3
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.notify.events import Kind

_TOPIC = re.compile(r"[\w-]+(/[\w-]+)*", re.ASCII)


def _url(text: str) -> str:
    try:
        place = urllib3.util.parse_url(text)
    except urllib3.exceptions.LocationParseError:
        raise ValueError("is no address") from None
    if place.scheme not in ("http", "https") or not place.host:
        raise ValueError("is no address that begins with http:// or https://")
    if not _fits(unquote(place.auth or ""), "latin-1"):
        raise ValueError("has a login with letters that HTTP cannot carry: only those of Latin-1")
    return text


def _host(text: str) -> str:
    if "/" in text or text.count(":") == 1 or any(letter.isspace() for letter in text):
        raise ValueError("is no name or address alone: neither mqtt:// nor a port belongs here")
    if not _fits(text, "idna"):
        raise ValueError("is no name of a host")
    return text


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


def _topic(text: str) -> str:
    if _TOPIC.fullmatch(text) is None:
        raise ValueError("is no topic of a-z, A-Z, 0-9, '_', '-' and '/'")
    return text


Topic = Annotated[str, Field(max_length=100), AfterValidator(_topic)]


class Told(BaseModel):
    """What every receiver may say; None where it leaves that out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cameras: tuple[str, ...] | None = None
    events: tuple[Kind, ...] | None = None
    ca_file: Path | None = None


class DescribedWebhook(Told):
    """What the file says of a webhook."""

    url: Annotated[str, AfterValidator(_url)]
    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,31}$")] | None = None
    secret: str | None = None
    secret_file: Path | None = None


class DescribedMqtt(Told):
    """What the file says of the MQTT broker."""

    host: Annotated[str, AfterValidator(_host)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    username: str | None = None
    password: str | None = None
    password_file: Path | None = None
    tls: bool = False
    discovery_prefix: Topic = "homeassistant"
    topic: Topic = "mien"
