"""`mien up --https`, as a person runs it."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.e2e.processes import eventually
from tests.e2e.test_up import ENDS_WITHIN_S, Up


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    one = Up(tmp_path, "--source", "test:", "--https", "--qr")
    yield one
    one.kill()


def test_it_serves_https_with_the_certificate_whose_fingerprint_it_prints(up: Up, tmp_path: Path) -> None:
    token = up.token()
    certificate = tmp_path / "state" / "mien" / "tls.pem"
    assert certificate.stat().st_mode & 0o777 == 0o600
    trust = ssl.create_default_context(cafile=str(certificate))
    asked = Request(f"https://localhost:{up.port}/device", headers={"Authorization": f"Bearer {token}"})

    def page() -> str:
        try:
            with urlopen(asked, context=trust, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    assert "Start the camera" in eventually("the page", page)
    assert "SHA-256 fingerprint is " in up.text()
    eventually(
        "the QR code", lambda: "For a phone in this network: https://" in up.text() and "█" in up.text()
    )
    assert up.text().count(token) == 1


def test_a_qr_code_without_https_is_one_line(tmp_path: Path) -> None:
    one = Up(tmp_path, "--source", "test:", "--qr")
    try:
        assert one.process.wait(ENDS_WITHIN_S) == 2
        assert one.text().splitlines() == [
            "mien up: --qr needs --https: a phone's browser gives its camera to nothing else"
        ]
    finally:
        one.kill()
