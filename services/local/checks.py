"""Checks of this machine for `mien doctor`; the standard library does for them: packages may be missing."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from shutil import which

from services.local.children import module_command
from services.local.findings import Finding, broken, ok, warning
from services.local.options import HOST, PORT, parse_port
from services.local.ports import port_problem
from services.local.token_file import token_file
from shared.errors import MienError

OLDEST, NEWEST = (3, 11), (3, 13)
"""The Python versions that pyproject.toml allows."""

PACKAGES = {
    "cv2": "opencv-python-headless",
    "flask": "flask",
    "gevent": "gevent",
    "gunicorn": "gunicorn",
    "itsdangerous": "itsdangerous",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "paho": "paho-mqtt",
    "PIL": "pillow",
    "prometheus_client": "prometheus-client",
    "pydantic_settings": "pydantic-settings",
    "redis": "redis",
    "segno": "segno",
    "simplejpeg": "simplejpeg",
    "urllib3": "urllib3",
    "websockets": "websockets",
    "yaml": "pyyaml",
}
"""What the services import, and the name under which pip installs it."""

MODEL_WITHIN_S = 60.0


def check_python(version: tuple[int, int], name: str) -> Finding:
    """Check Python's version, (major, minor)."""
    if OLDEST <= version <= NEWEST:
        return ok("Python", name)
    return broken("Python", f"{name} is none of 3.11 to 3.13", "Remove .venv; make run PYTHON=python3.12")


def check_packages(packages: Mapping[str, str], found: Callable[[str], object] = find_spec) -> Finding:
    """Check that each package can be imported; `packages` maps what is imported to pip's name for it."""
    missing = [package for module, package in packages.items() if not found(module)]
    if missing:
        return broken("packages", f"missing: {', '.join(missing)}", "make run installs them")
    return ok("packages", f"all {len(packages)} there")


def check_model(environ: Mapping[str, str], command: Sequence[str] | None = None) -> Finding:
    """Check that the model is there and fits, through the code that loads it for a worker."""
    command = command or module_command("services.inference.classify", "--check")
    try:
        answer = subprocess.run(  # noqa: S603  the command is ours
            command, env=environ, capture_output=True, text=True, timeout=MODEL_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return broken("model", str(error), "See the packages above")
    words = _last_line(answer.stdout if answer.returncode == 0 else answer.stderr or answer.stdout)
    if answer.returncode == 0:
        return ok("model", words)
    return broken("model", words, "Take the models/ folder of the repository again, or set MIEN_MODEL")


def check_openssl(environ: Mapping[str, str], found: Callable[[str], object] = which) -> Finding:
    """Check that a certificate for HTTPS can be made; a given one needs nothing."""
    if environ.get("MIEN_TLS_CERT") or found("openssl"):
        return ok("HTTPS", "mien up --https serves it")
    problem = "the program openssl, which makes the certificate, is not installed"
    return warning("HTTPS", problem, "Install openssl, or set MIEN_TLS_CERT and MIEN_TLS_KEY")


def check_port(environ: Mapping[str, str]) -> Finding:
    """Check that web can listen where it would."""
    host = environ.get("MIEN_HOST") or HOST
    try:
        port = parse_port("MIEN_PORT", environ.get("MIEN_PORT") or str(PORT))
    except MienError as error:
        return broken("port", str(error), "Change or unset it")
    problem = port_problem(host, port)
    if problem:
        return warning("port", problem, "End what uses it (is Mien already up?), or: mien up --port 8010")
    return ok("port", f"{port} on {host} is free")


def check_token_file(environ: Mapping[str, str]) -> Finding:
    """Check that only this user can read the access token."""
    if environ.get("MIEN_TOKEN"):
        return ok("token", "set by MIEN_TOKEN")
    path = token_file(environ)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return ok("token", f"made at the first start, in {path}")
    except OSError as error:
        return broken("token", f"{path}: {error.strerror}", "Set MIEN_TOKEN_FILE to a file that can be read")
    if mode & 0o077:
        return warning("token", f"others may read {path}", f"chmod 600 {path}")
    return ok("token", f"{path}, for this user only")


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no word"
