import re
import time
from pathlib import Path
from typing import Any

import pytest

from services.notify.configuration import (
    Configuration,
    cameras_of,
    read_configuration,
    receivers_of,
)
from services.notify.described import DescribedMqtt, DescribedWebhook
from services.notify.events import Kind
from services.notify.mqtt import Server
from services.notify.settings import NotifySettings
from services.notify.signature import signature
from services.notify.topics import Topics
from shared.errors import SettingsError

SECRET = "hunter2hunter2hunter2"
URL = f"https://me:{SECRET}@example.org/{SECRET}?q={SECRET}"
CAMERAS = "cameras:\n  door: {source: 0}\n  yard: {source: 1}\n"
"""Three lines."""

PAGE = (Path(__file__).parents[3] / "docs" / "notifications.md").read_text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cameras.yaml"


def read(path: Path, text: str) -> Configuration:
    path.write_text(CAMERAS + text)
    return read_configuration(path)


def wrong(path: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(path, text)
    line = str(caught.value)
    assert SECRET not in line
    assert "\n" not in line
    return line


def test_a_webhook_has_all_that_is_said_of_it(path: Path) -> None:
    text = f"""notify:
  webhooks:
    - name: house
      url: {URL}
      secret: {SECRET}
      cameras: [door]
      events: [camera_lost, camera_back]
"""
    (webhook,) = read(path, text).webhooks
    assert (webhook.name, webhook.url, webhook.secret) == ("house", URL, SECRET)
    assert webhook.interest.cameras == {"door"}
    assert webhook.interest.kinds == {Kind.CAMERA_LOST, Kind.CAMERA_BACK}
    assert SECRET not in repr(webhook)


def test_what_is_left_out_is_every_camera_of_the_file_and_every_event(path: Path) -> None:
    configuration = read(path, f"notify: {{webhooks: [{{url: 'http://h/', secret: {SECRET}}}]}}\n")
    (webhook,) = configuration.webhooks
    assert (webhook.name, set(webhook.interest.cameras)) == ("webhook1", {"door", "yard"})
    assert webhook.interest.kinds == set(Kind)
    assert cameras_of(configuration) == {"door", "yard"}


def test_the_mqtt_broker_has_all_that_is_said_of_it(path: Path) -> None:
    (path.parent / "password").write_text(f"{SECRET}\n")
    text = """notify:
  mqtt:
    host: mqtt.lan
    username: mien
    password_file: password
    tls: true
    discovery_prefix: ha
    topic: home/mien
    cameras: yard
"""
    mqtt = read(path, text).mqtt
    assert mqtt is not None
    assert mqtt.server == Server("mqtt.lan", 8883, "mien", SECRET, tls=True)
    assert (mqtt.topics, set(mqtt.interest.cameras)) == (Topics("home/mien", "ha"), {"yard"})
    assert SECRET not in repr(mqtt)


def test_without_tls_the_port_is_another_unless_it_is_said(path: Path) -> None:
    for text, port in (("notify: {mqtt: {host: h}}", 1883), ("notify: {mqtt: {host: h, port: 99}}", 99)):
        mqtt = read(path, text).mqtt
        assert mqtt is not None
        assert mqtt.server == Server("h", port)


@pytest.mark.parametrize("host", ["mqtt.lan", "192.168.1.5", "fe80::1", "küche.lan"])
def test_a_name_and_an_address_are_hosts(path: Path, host: str) -> None:
    mqtt = read(path, f"notify: {{mqtt: {{host: '{host}'}}}}\n").mqtt
    assert mqtt is not None
    assert mqtt.server.host == host


def test_a_login_of_latin_1_is_taken(path: Path) -> None:
    (webhook,) = read(path, f"notify: {{webhooks: [{{url: 'http://mé:ü@h/', secret: {SECRET}}}]}}\n").webhooks
    assert webhook.url == "http://mé:ü@h/"


def test_a_file_without_the_part_names_nobody(path: Path) -> None:
    assert receivers_of(read(path, "")) == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("notify:\n", 4, "'notify' names nobody"),
        ("notify: {webhook: []}\n", 4, "unknown key 'webhook'; did you mean 'webhooks'?"),
        ("notify:\n  webhooks:\n    url: x\n", 5, "'webhooks' is to be a list"),
        ("notify:\n  webhooks:\n    - words\n", 6, "webhook 1 has no keys"),
        (f"notify:\n  webhooks:\n    - url: {URL}\n", 6, "'secret' or 'secret_file' is missing"),
        (f"notify:\n  webhooks:\n    - secret: {SECRET}\n", 6, "webhook 1: key 'url' is missing"),
        (f"notify:\n  webhooks:\n    - url: {URL}\n      secret: short\n", 6, "less than 16 characters"),
        (
            f"notify:\n  webhooks:\n    - url: {URL}\n      secret_file: none\n",
            7,
            "secret_file: ",
        ),
        (
            f"notify:\n  webhooks:\n    - url: {URL}\n      secret: {SECRET}\n      secret_file: x\n",
            7,
            "'secret' and 'secret_file' are both there",
        ),
        (f"notify:\n  webhooks:\n    - url: ftp://{SECRET}/\n", 6, "key 'url': is no address that begins"),
        (f"notify:\n  webhooks:\n    - url: 'http://[{SECRET}/'\n", 6, "key 'url': is no address"),
        (
            f"notify:\n  webhooks:\n    - url: {URL}\n      secret: {SECRET}\n      cameras: [door, dor]\n",
            8,
            "camera 'dor' does not stand under 'cameras:'",
        ),
        (
            f"notify:\n  webhooks:\n    - url: {URL}\n      events:\n        - camera_lost\n        - lost\n",
            9,
            "key 'events': 'lost': Input should be 'expression_changed'",
        ),
        (
            "notify:\n  webhooks:\n" + f"    - {{url: 'http://h/', secret: {SECRET}, name: a}}\n" * 2,
            6,
            "the name 'a' is taken",
        ),
        ("notify:\n  mqtt: mqtt.lan\n", 5, "'mqtt' has no keys"),
        ("notify:\n  mqtt:\n    port: 1\n", 5, "mqtt: key 'host' is missing"),
        ("notify:\n  mqtt:\n    host: h\n    port: 0\n", 7, "mqtt: key 'port': '0': Input should be"),
        ("notify:\n  mqtt:\n    host: h\n    topic: a/#\n", 7, "mqtt: key 'topic': a word: is no topic"),
        ("notify:\n  mqtt:\n    host: h\n    tls: perhaps\n", 7, "mqtt: key 'tls': 'perhaps': Input should"),
        (f"notify:\n  mqtt:\n    host: h\n    password: {SECRET}\n", 5, "a password needs a 'username'"),
        ("notify:\n  mqtt:\n    host: h\n    ca_file: none.pem\n    tls: true\n", 7, "ca_file: "),
        (
            "notify:\n  mqtt:\n    host: h\n    ca_file: a.pem\n",
            7,
            "ca_file: nothing is encrypted without 'tls",
        ),
        (
            f"notify:\n  webhooks:\n    - url: http://h/\n      secret: {SECRET}\n      ca_file: a.pem\n",
            8,
            "webhook 1: ca_file: nothing is encrypted without an address that begins with https://",
        ),
        (
            f"notify:\n  webhooks:\n    - secret: {SECRET}\n      url: 'http://щ:{SECRET}@h/'\n",
            7,
            "key 'url': has a login with letters that HTTP cannot carry",
        ),
        ("notify:\n  mqtt:\n    host: mqtt://h\n", 6, "is no name or address alone"),
        ("notify:\n  mqtt:\n    host: h:1883\n", 6, "is no name or address alone"),
        ("notify:\n  mqtt:\n    host: a..b\n", 6, "is no name of a host"),
        ("notify:\n  mqtt:\n    host: h\n    topic: wohnung-ü\n", 7, "mqtt: key 'topic': "),
        ("notify:\n  mqtt:\n    host: h\n    retain: yes\n", 7, "mqtt: unknown key 'retain'; "),
    ],
)
def test_a_mistake_is_one_line_with_the_file_its_line_and_the_key(
    path: Path, text: str, line: int, says: str
) -> None:
    found = wrong(path, text)
    assert found.startswith(f"{path}:{line}: ")
    assert says in found


@pytest.mark.parametrize(
    ("camera", "says"),
    [("Door 2", "camera id 'Door 2' is not valid"), (f"rtsp://{SECRET}@h", "camera id a word is not valid")],
)
def test_a_camera_id_that_capture_refuses_is_refused_here_too(path: Path, camera: str, says: str) -> None:
    path.write_text(f"cameras:\n  door: {{source: 0}}\n  '{camera}': {{source: 1}}\n")
    with pytest.raises(SettingsError) as caught:
        read_configuration(path)
    assert str(caught.value).startswith(f"{path}:3: {says}")
    assert SECRET not in str(caught.value)


def test_authorities_that_are_none_are_refused(path: Path) -> None:
    (path.parent / "ca.pem").write_text("nonsense")
    found = wrong(path, "notify:\n  mqtt:\n    host: h\n    ca_file: ca.pem\n    tls: true\n")
    assert found.startswith(f"{path}:7: mqtt: ca_file: ")


def test_without_a_file_the_service_says_what_it_needs() -> None:
    with pytest.raises(SettingsError, match="MIEN_CAMERAS_FILE is not set"):
        _ = NotifySettings.load({}).file


def test_the_check_that_is_shown_in_the_docs_takes_what_is_signed_and_raises_for_nothing() -> None:
    (sample,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(sample, names)
    check, secret, now = names["is_from_mien"], SECRET.encode(), int(time.time())
    assert check(secret, signature(secret, b"{}", now), b"{}")
    assert not check(secret, signature(secret, b"{}", now - 3600), b"{}")
    assert not check(secret, signature(secret, b"{}", now), b"[]")
    for header in ("", "nonsense", "t=1", "t=,v1=", "t=x,v1=y,z=1", "t=1,v1=ü", f"t=²,v1={'0' * 64}"):
        assert not check(secret, header, b"{}")


def test_the_file_that_is_shown_in_the_docs_is_right(path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(cameras.*?)```", PAGE, flags=re.DOTALL)
    for name in ("webhook-secret", "mqtt-password"):
        (path.parent / name).write_text(f"{SECRET}\n")
    path.write_text(example)
    assert [one.name for one in receivers_of(read_configuration(path))] == ["house", "webhook2", "mqtt"]


def test_every_key_and_event_is_explained_in_the_docs() -> None:
    explained = {
        name
        for row in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert {*DescribedWebhook.model_fields, *DescribedMqtt.model_fields, *Kind} <= explained
