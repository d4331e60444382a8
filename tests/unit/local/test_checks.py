import socket
import sys
from pathlib import Path

import pytest

from services.local import checks
from services.local.findings import State


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_python_that_mien_supports_is_ok(version: tuple[int, int]) -> None:
    assert checks.check_python(version, "Python").state is State.OK


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_another_python_is_broken(version: tuple[int, int]) -> None:
    assert checks.check_python(version, "Python").state is State.BROKEN


def test_missing_packages_are_named_as_pip_knows_them() -> None:
    finding = checks.check_packages(
        {"cv2": "opencv-python-headless", "flask": "flask"}, lambda name: name == "flask"
    )
    assert finding.state is State.BROKEN
    assert "opencv-python-headless" in finding.text
    assert "flask" not in finding.text


def test_every_package_is_here() -> None:
    assert checks.check_packages(checks.PACKAGES).state is State.OK


@pytest.mark.parametrize(
    ("environ", "installed", "state"),
    [
        ({}, "/usr/bin/openssl", State.OK),
        ({}, None, State.WARNING),
        ({"MIEN_TLS_CERT": "cert.pem"}, None, State.OK),
    ],
)
def test_without_openssl_https_needs_a_given_certificate(
    environ: dict[str, str], installed: str | None, state: State
) -> None:
    assert checks.check_openssl(environ, lambda _name: installed).state is state


def test_a_model_that_fits_is_ok_with_the_line_that_says_so() -> None:
    finding = checks.check_model({}, [sys.executable, "-c", "print('expression.onnx fits')"])
    assert finding.state is State.OK
    assert finding.text == "expression.onnx fits"


def test_a_model_that_does_not_fit_is_broken_with_the_line_that_says_why() -> None:
    finding = checks.check_model({}, [sys.executable, "-c", "import sys; sys.exit('no such model')"])
    assert finding.state is State.BROKEN
    assert finding.text == "no such model"


def test_a_model_check_that_cannot_run_is_broken() -> None:
    assert checks.check_model({}, ["/nowhere/at-all"]).state is State.BROKEN


def test_a_taken_port_is_a_warning_that_says_what_else_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        finding = checks.check_port({"MIEN_PORT": str(server.getsockname()[1])})
    assert finding.state is State.WARNING
    assert "--port" in finding.remedy


def test_a_bad_port_is_broken_and_named() -> None:
    finding = checks.check_port({"MIEN_PORT": "web"})
    assert finding.state is State.BROKEN
    assert "MIEN_PORT" in finding.text


def test_a_token_that_others_may_read_is_a_warning_with_the_command_that_mends_it(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o644)
    finding = checks.check_token_file({"MIEN_TOKEN_FILE": str(path)})
    assert finding.state is State.WARNING
    assert f"chmod 600 {path}" in finding.remedy


def test_a_token_that_only_this_user_may_read_is_ok(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o600)
    assert checks.check_token_file({"MIEN_TOKEN_FILE": str(path)}).state is State.OK


def test_a_token_that_is_yet_to_be_made_is_ok(tmp_path: Path) -> None:
    assert checks.check_token_file({"MIEN_TOKEN_FILE": str(tmp_path / "token")}).state is State.OK
