import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.web.own_certificate import DAYS, host_names, kept_certificate
from shared.errors import SettingsError

TODAY = datetime(2026, 1, 1, tzinfo=UTC)


def names_of(path: Path) -> set[str]:
    head = path.read_text().splitlines()[0]
    return set(head.removeprefix("# names: ").split())


def test_it_is_for_this_host_and_the_names_that_are_asked_for(tmp_path: Path) -> None:
    path = kept_certificate(tmp_path / "state" / "tls.pem", ["mien.example", "192.0.2.9"])
    assert names_of(path) == {"mien.example", "192.0.2.9", *host_names()}
    assert {"localhost", "127.0.0.1"} <= names_of(path)
    assert path.stat().st_mode & 0o777 == 0o600
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(path)


def test_it_is_kept_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "tls.pem"
    first = kept_certificate(path, [], TODAY).read_text()
    assert kept_certificate(path, [], TODAY + timedelta(days=DAYS - 31)).read_text() == first


def test_another_is_made_before_it_ends_and_for_a_new_name(tmp_path: Path) -> None:
    path = tmp_path / "tls.pem"
    first = kept_certificate(path, [], TODAY).read_text()
    second = kept_certificate(path, [], TODAY + timedelta(days=DAYS - 29)).read_text()
    third = kept_certificate(path, ["mien.example"], TODAY + timedelta(days=DAYS - 29)).read_text()
    assert len({first, second, third}) == 3


def test_what_is_no_name_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MIEN_TLS_NAMES: 'a/b'"):
        kept_certificate(tmp_path / "tls.pem", ["a/b"])
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_openssl_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: None)
    with pytest.raises(SettingsError, match="openssl, which makes a certificate, is not installed"):
        kept_certificate(tmp_path / "tls.pem", [])


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="MIEN_HTTPS"):
        kept_certificate(tmp_path / "file" / "tls.pem", [])


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\n", b"\xff\xfe\x00 anything"])
def test_a_file_that_mien_did_not_make_is_left_as_it_is_and_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tls.pem"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"tls\.pem is no certificate that Mien made.*MIEN_TLS_CERT"):
        kept_certificate(path, [])
    assert path.read_bytes() == content


@pytest.mark.parametrize("there", [False, True])
def test_replicas_that_start_together_serve_one_certificate(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "tls.pem"
    if there:
        kept_certificate(path, [], TODAY - timedelta(days=DAYS))
    with ThreadPoolExecutor(4) as replicas:
        found = list(replicas.map(lambda _replica: kept_certificate(path, [], TODAY).read_text(), range(4)))
    assert len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [path]
