"""A broker that demands TLS, with a certificate of its own authority, and a user with a password."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.brokers import connected, lacking
from tests.e2e.processes import free_port

USER = "mien"
PASSWORD = "correct-horse-7"

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
"""Tells operators which keys, channels and commands Mien's user needs."""

ADMIN = "admin"
"""A user of the tests, who may do everything."""


@dataclass(frozen=True, slots=True)
class TlsBroker:
    """A running broker.

    Attributes:
        port: on 127.0.0.1.
        authority: the certificate of the authority that signed the broker's.
        password_file: holds the password of `USER`.
    """

    port: int
    authority: Path
    password_file: Path

    def url(self, user: str = USER, authority: Path | None = None) -> str:
        """Return the URL; another authority than the broker's makes a client distrust it."""
        return f"rediss://{user}@127.0.0.1:{self.port}/0?ssl_ca_certs={authority or self.authority}"


def documented_rights() -> str:
    """Return what Mien's user may do, as `PAGE` says it in the words of Redis' ACL."""
    (listed,) = re.findall(r"^ *(~mien:\*[^`]+)```", PAGE.read_text(), re.MULTILINE)
    return " ".join(listed.split())


@contextmanager
def tls_broker(rights: str | None = None) -> Iterator[TlsBroker]:
    """Run Debian's redis-server with TLS alone and a user of these rights, of those in `PAGE` by default.

    Skips where redis-server or openssl isn't installed.
    """
    rights = documented_rights() if rights is None else rights
    program = shutil.which("redis-server")
    if program is None:
        lacking("redis-server is not installed")
    with tempfile.TemporaryDirectory(prefix="mien-test-") as name:
        folder = Path(name)
        broker = TlsBroker(free_port(), make_authority(folder), folder / "password")
        make_certificate(folder)
        broker.password_file.write_text(PASSWORD + "\n")
        config = folder / "redis.conf"
        config.write_text(configuration(folder, broker.port, rights))
        process = subprocess.Popen([str(program), str(config)], stdout=subprocess.DEVNULL)
        try:
            connected(broker.url(f"{ADMIN}:{PASSWORD}")).close()
            yield broker
        finally:
            process.kill()
            process.wait()


def configuration(folder: Path, port: int, rights: str) -> str:
    """Return a redis.conf: TLS alone, clients without certificates, nobody without a password."""
    return f"""
bind 127.0.0.1
port 0
tls-port {port}
tls-cert-file {folder}/broker.pem
tls-key-file {folder}/broker.key
tls-ca-cert-file {folder}/ca.pem
tls-auth-clients no
save ""
dir {folder}
user default off
user {ADMIN} on >{PASSWORD} ~* &* +@all
user {USER} on >{PASSWORD} {rights}
"""


def make_authority(folder: Path) -> Path:
    """Make a certificate authority in a folder, `ca.pem` and `ca.key`; return its certificate."""
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2")
    openssl(folder, "req", "-x509", *new_key, "-subj", "/CN=Mien test", "-keyout", "ca.key", "-out", "ca.pem")
    return folder / "ca.pem"


def make_certificate(folder: Path) -> None:
    """Make the broker's certificate, `broker.pem` and `broker.key`, signed by the folder's authority."""
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")
    openssl(folder, "req", "-new", *new_key, "-subj", "/CN=localhost", "-keyout", "broker.key", "-out", "csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    signed_by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    openssl(folder, "x509", "-req", "-in", "csr", *signed_by, "-extfile", "names", "-out", "broker.pem")


def openssl(folder: Path, *args: str) -> None:
    """Run a command of OpenSSL in a folder. Skips where it isn't installed."""
    program = shutil.which("openssl")
    if program is None:
        lacking("openssl is not installed")
    subprocess.run([str(program), *args], cwd=folder, check=True, capture_output=True)
