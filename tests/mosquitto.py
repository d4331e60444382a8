"""A real MQTT broker for tests, Debian's Mosquitto, and one who listens to it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.brokers import lacking
from tests.e2e.processes import eventually, free_port
from tests.tls import make_authority, make_certificate

USER, PASSWORD = "mien", "correct-horse-7"


def program(name: str) -> str:
    """Return where a program of Mosquitto is; skips where it isn't installed."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        lacking("mosquitto is not installed")
    return str(found)


class Mosquitto:
    """A broker on one port, which can go away and come back; it forgets everything meanwhile.

    Args:
        login: whether it wants `USER` and `PASSWORD`.
        tls: whether it speaks TLS alone, with a certificate of the authority in `ca_file`.
        rules: who may do what, as lines of its `acl_file`; everybody everything where there are none.
    """

    def __init__(self, *, login: bool = False, tls: bool = False, rules: Sequence[str] = ()) -> None:
        self.port = free_port()
        self.ca_file: Path | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="mien-test-"))
        self._program = program("mosquitto")
        self._process: subprocess.Popen[bytes] | None = None
        self._configure(login=login, tls=tls, rules=rules)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        command = [self._program, "-c", str(self._folder / "conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        eventually("Mosquitto listens", self._listens)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _configure(self, *, login: bool, tls: bool, rules: Sequence[str]) -> None:
        lines = [
            f"listener {self.port} 127.0.0.1",
            "persistence false",
            f"allow_anonymous {str(not login).lower()}",
        ]
        if os.geteuid() == 0:
            lines.append("user root")
        if login:
            users = self._folder / "users"
            subprocess.run([program("mosquitto_passwd"), "-b", "-c", str(users), USER, PASSWORD], check=True)
            lines.append(f"password_file {users}")
        if tls:
            self.ca_file = make_authority(self._folder)
            make_certificate(self._folder)
            lines += [f"certfile {self._folder}/broker.pem", f"keyfile {self._folder}/broker.key"]
        if rules:
            (self._folder / "rules").write_text("\n".join(rules) + "\n")
            lines.append(f"acl_file {self._folder}/rules")
        (self._folder / "conf").write_text("\n".join(lines))

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, and when it came by `time.time`."""

    topic: str
    payload: bytes
    at: float
    retained: bool


class Listener:
    """Hears everything that a broker is told."""

    def __init__(self, port: int, ca_file: Path | None = None) -> None:
        self.heard: list[Heard] = []
        self._subscribed = Event()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.username_pw_set(USER, PASSWORD)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_message = self._on_message
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        if ca_file is not None:
            self.client.tls_set(str(ca_file))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._subscribed.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def on(self, topic: str) -> list[bytes]:
        """Return what came on a topic."""
        return [one.payload for one in self.heard if one.topic == topic]

    def _on_connect(self, client: Client, *_more: object) -> None:
        client.subscribe("#", qos=2)

    def _on_subscribe(self, *_more: object) -> None:
        self._subscribed.set()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:  # noqa: ANN401  paho's
        self.heard.append(Heard(message.topic, bytes(message.payload), time.time(), message.retain))
