import socket
import ssl
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from services.web import tls
from services.web.own_certificate import kept_certificate
from services.web.settings import WebSettings
from services.web.tls import Certificate, find_certificate, shake_hands, tls_context
from shared.errors import SettingsError


def find(folder: Path, **settings: str) -> Certificate | None:
    return find_certificate(WebSettings.load(settings), {"XDG_STATE_HOME": str(folder)})


def test_http_needs_none(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_one_is_made_beside_the_token_and_its_fingerprint_is_known(tmp_path: Path) -> None:
    token = tmp_path / "kept" / "token"
    found = find(tmp_path, MIEN_HTTPS="true", MIEN_TOKEN_FILE=str(token))
    assert found is not None
    assert found.cert == found.key == tmp_path / "kept" / "tls.pem"
    assert len(found.fingerprint.split(":")) == 32
    assert find(tmp_path, MIEN_HTTPS="true", MIEN_TOKEN_FILE=str(token)) == found


def test_one_that_is_given_is_taken(tmp_path: Path) -> None:
    path = kept_certificate(tmp_path / "mine.pem", [])
    found = find(tmp_path, MIEN_TLS_CERT=str(path))
    assert found is not None
    assert found.key == path


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"MIEN_TLS_KEY": "/key.pem"}, "MIEN_TLS_CERT"),
        ({"MIEN_TLS_CERT": "/none.pem"}, "MIEN_TLS_CERT: /none.pem cannot be used"),
        ({"MIEN_TLS_CERT": __file__}, "MIEN_TLS_CERT"),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path: Path, settings: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word) as error:
        find(tmp_path, **settings)
    assert "\n" not in str(error.value)


def shaken(certificate: Certificate, client: socket.socket, ours: socket.socket, says: bytes = b"") -> bool:
    """Return whether the hands of a client were shaken, that speaks TLS unless it says something else."""
    connection = tls_context(certificate).wrap_socket(ours, server_side=True)
    if says:
        client.sendall(says)
        return shake_hands(connection)
    trust = ssl.create_default_context(cafile=str(certificate.cert))
    caller = Thread(target=lambda: trust.wrap_socket(client, server_hostname="localhost"), daemon=True)
    caller.start()
    done = shake_hands(connection)
    caller.join(5)
    return done


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    found = find(tmp_path, MIEN_HTTPS="true")
    assert found is not None
    return found


def test_a_client_that_trusts_it_gets_through(certificate: Certificate) -> None:
    ours, client = socket.socketpair()
    with ours, client:
        assert shaken(certificate, client, ours)


def test_who_speaks_plain_http_is_told_what_to_do(certificate: Certificate) -> None:
    ours, client = socket.socketpair()
    with ours, client:
        assert not shaken(certificate, client, ours, b"GET / HTTP/1.1\r\n\r\n")
        assert b"https://" in client.recv(4096)


def test_who_says_nothing_or_nonsense_is_dropped(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "HANDSHAKE_TIMEOUT_S", 0.05)
    for says in (b"\x16", b"\x16" + 100 * b"nonsense"):
        ours, client = socket.socketpair()
        with ours, client:
            assert not shaken(certificate, client, ours, says)


SLOWLY = """
from gevent import monkey
monkey.patch_all()
import socket, sys, gevent
from pathlib import Path
from services.web import tls

tls.HANDSHAKE_TIMEOUT_S = 0.5
ours, client = socket.socketpair()
path = Path(sys.argv[1])
connection = tls.tls_context(tls.Certificate(path, path, "")).wrap_socket(ours, server_side=True)

def send() -> None:
    client.sendall(bytes.fromhex("16030103e8010003e40303"))
    while True:
        client.sendall(bytes(1))
        gevent.sleep(0.1)

gevent.spawn(send)
with gevent.Timeout(20):
    print(tls.shake_hands(connection))
"""


def test_who_sends_a_byte_now_and_then_is_dropped(certificate: Certificate) -> None:
    command = [sys.executable, "-c", SLOWLY, str(certificate.cert)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_what_stands_beside_a_certificate_may_be_in_any_encoding(
    certificate: Certificate, tmp_path: Path
) -> None:
    path = tmp_path / "mine.pem"
    path.write_bytes("# für hier\n".encode("latin-1") + certificate.cert.read_bytes())
    found = find(tmp_path, MIEN_TLS_CERT=str(path))
    assert found is not None
    assert found.fingerprint == certificate.fingerprint
