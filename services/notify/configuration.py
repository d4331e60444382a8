"""The part `notify` of `cameras.yaml`: who is told of what; what is wrong is said with its line."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.notify.described import DescribedMqtt, DescribedWebhook, Told
from services.notify.events import Kind
from services.notify.mqtt import Server
from services.notify.topics import Topics
from shared.errors import SettingsError
from shared.keys import CAMERA_ID
from shared.settings import read_secret
from shared.settings_file import Wrong, described, lines_of, text_of, unknown
from shared.yaml_lines import Item, List, Mapping, Value, read_mapping, shown

VARIABLE = "MIEN_CAMERAS_FILE"
NOTIFY, CAMERAS, WEBHOOKS, MQTT = "notify", "cameras", "webhooks", "mqtt"

SHORTEST_SECRET = 16
"""Characters: a shorter one could be found out by trying."""

PORT, TLS_PORT = 1883, 8883

LISTS = ("cameras", "events")


@dataclass(frozen=True, slots=True)
class Interest:
    """What a receiver is told of."""

    cameras: frozenset[str]
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """A webhook.

    Attributes:
        name: in logs and metrics.
        url: where to.
        secret: signs each event.
        interest: what it is told of.
        ca_file: authorities to trust instead of the system's.
    """

    name: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    interest: Interest
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The MQTT broker: where it is, the topics, and what it is told of."""

    server: Server
    topics: Topics
    interest: Interest
    name: str = MQTT


@dataclass(frozen=True, slots=True)
class Configuration:
    """Who is told of what."""

    webhooks: tuple[WebhookSettings, ...] = ()
    mqtt: MqttSettings | None = None


def read_configuration(path: Path) -> Configuration:
    """Return what a file says; nobody is told of anything where it has no part `notify`.

    Raises:
        SettingsError: the file, or one that it names, cannot be read, or it is wrong; names it, the line and
            the key, never an address or a secret.
    """
    text = text_of(VARIABLE, path)
    with lines_of(path):
        tree = read_mapping(text)
        parts = {item.name: item for item in tree.items} if tree else {}
        cameras = _names(parts.get(CAMERAS))
        return _configuration(parts.get(NOTIFY), cameras, path.parent)


def _names(item: Item | None) -> frozenset[str]:
    tree = item.value if item else None
    return frozenset(map(_name, tree.items)) if isinstance(tree, Mapping) else frozenset()


def _name(camera: Item) -> str:
    if CAMERA_ID.fullmatch(camera.name) is None:
        # Capture says the same; without this, half of its edit would be applied here.
        raise Wrong(
            camera.line,
            f"camera id {shown(camera.name)} is not valid: 1 to 32 of a-z, 0-9, '_' and '-', beginning with "
            "a letter or a digit",
        )
    return camera.name


def _configuration(item: Item | None, cameras: frozenset[str], folder: Path) -> Configuration:
    if item is None:
        return Configuration()
    if not isinstance(item.value, Mapping):
        raise Wrong(item.line, f"'{NOTIFY}' names nobody: write '{WEBHOOKS}:' or '{MQTT}:' under it")
    webhooks: tuple[WebhookSettings, ...] = ()
    mqtt: MqttSettings | None = None
    for part in item.value.items:
        if part.name == WEBHOOKS:
            webhooks = _webhooks(part, cameras, folder)
        elif part.name == MQTT:
            mqtt = _mqtt(part, cameras, folder)
        else:
            raise Wrong(part.line, f"'{NOTIFY}': {unknown(part.name, [WEBHOOKS, MQTT])}")
    return Configuration(webhooks, mqtt)


def _webhooks(item: Item, cameras: frozenset[str], folder: Path) -> tuple[WebhookSettings, ...]:
    if not isinstance(item.value, List):
        raise Wrong(item.line, f"'{WEBHOOKS}' is to be a list: write '- url: ...' under it")
    webhooks = tuple(_webhook(n, value, cameras, folder) for n, value in enumerate(item.value.values, 1))
    names = [webhook.name for webhook in webhooks]
    for name, value in zip(names, item.value.values, strict=True):
        if names.count(name) > 1 or name == MQTT:
            raise Wrong(value.line, f"the name {name!r} is taken; give each webhook a 'name' of its own")
    return webhooks


def _webhook(n: int, value: Value, cameras: frozenset[str], folder: Path) -> WebhookSettings:
    about = f"webhook {n}"
    if not isinstance(value, Mapping):
        raise Wrong(value.line, f"{about} has no keys; 'url: ...' is to stand there")
    hidden = ("url", "secret")
    said = described(DescribedWebhook, about, value.line, value, hidden=hidden, lists=LISTS)
    secret = _secret(about, value, "secret", said=said.secret, file=said.secret_file, folder=folder)
    if secret is None:
        raise Wrong(value.line, f"{about}: key 'secret' or 'secret_file' is missing: it signs what is sent")
    if len(secret) < SHORTEST_SECRET:
        raise Wrong(value.line, f"{about}: its secret has less than {SHORTEST_SECRET} characters")
    interest = _interest(about, value, said, cameras)
    lacking = "" if said.url.lower().startswith("https:") else "an address that begins with https://"
    ca_file = _authorities(about, value, said.ca_file, folder, lacking=lacking)
    return WebhookSettings(said.name or f"webhook{n}", said.url, secret, interest, ca_file)


def _mqtt(item: Item, cameras: frozenset[str], folder: Path) -> MqttSettings:
    if not isinstance(item.value, Mapping):
        raise Wrong(item.line, f"'{MQTT}' has no keys; 'host: ...' is to stand under it")
    hidden = ("username", "password")
    said = described(DescribedMqtt, MQTT, item.line, item.value, hidden=hidden, lists=LISTS)
    password = _secret(
        MQTT, item.value, "password", said=said.password, file=said.password_file, folder=folder
    )
    if password is not None and said.username is None:
        raise Wrong(item.line, f"{MQTT}: a password needs a 'username'")
    server = Server(
        said.host,
        said.port or (TLS_PORT if said.tls else PORT),
        said.username,
        password,
        said.tls,
        _authorities(MQTT, item.value, said.ca_file, folder, lacking="" if said.tls else "'tls: true'"),
    )
    topics = Topics(said.topic, said.discovery_prefix)
    return MqttSettings(server, topics, _interest(MQTT, item.value, said, cameras))


def _interest(about: str, keys: Mapping, said: Told, cameras: frozenset[str]) -> Interest:
    for camera in said.cameras or ():
        if camera not in cameras:
            line = _line(keys, "cameras")
            raise Wrong(line, f"{about}: camera {shown(camera)} does not stand under '{CAMERAS}:'")
    wanted = cameras if said.cameras is None else frozenset(said.cameras)
    return Interest(wanted, frozenset(Kind if said.events is None else said.events))


def _secret(
    about: str, keys: Mapping, key: str, *, said: str | None, file: Path | None, folder: Path
) -> str | None:
    if said is not None and file is not None:
        raise Wrong(_line(keys, key), f"{about}: '{key}' and '{key}_file' are both there; use one of them")
    if file is None:
        return said
    try:
        return read_secret(f"{key}_file", folder / file)
    except SettingsError as error:
        raise Wrong(_line(keys, f"{key}_file"), f"{about}: {error}") from None


def _authorities(about: str, keys: Mapping, file: Path | None, folder: Path, *, lacking: str) -> Path | None:
    if file is None:
        return None
    line = _line(keys, "ca_file")
    if lacking:
        raise Wrong(line, f"{about}: ca_file: nothing is encrypted without {lacking}")
    path = folder / file
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # an SSLError is one
        raise Wrong(line, f"{about}: ca_file: {path} cannot be read: {error.strerror}") from None
    return path


def _line(keys: Mapping, name: str) -> int:
    return next((key.line for key in keys.items if key.name == name), keys.line)


def cameras_of(configuration: Configuration) -> frozenset[str]:
    """Return the cameras that anybody is told of."""
    return frozenset[str]().union(*(one.interest.cameras for one in receivers_of(configuration)))


def receivers_of(configuration: Configuration) -> Sequence[WebhookSettings | MqttSettings]:
    """Return all who are told."""
    return [*configuration.webhooks, *([configuration.mqtt] if configuration.mqtt else [])]
