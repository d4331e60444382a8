"""A certificate of our own, made at the first start and kept: browsers ask once whether to trust it."""

import fcntl
import ipaddress
import logging
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.errors import SettingsError
from shared.host import own_address

log = logging.getLogger(__name__)

DAYS = 397
"""Browsers trust none that is valid for longer (CA/Browser Forum, ballot SC-31)."""

RENEWED_DAYS = 30
"""Before its end, at a start, another one is made."""

OPENSSL_TIMEOUT_S = 30

NAMES, UNTIL = "# names: ", "# until: "
"""How the lines begin that the file has at its top, before the PEM."""


def kept_certificate(path: Path, names: Sequence[str], today: datetime | None = None) -> Path:
    """Return the file with the certificate and its key; make it where there is none that still serves.

    Of replicas that start together, one makes it. A file that Mien did not make is left as it is.

    Args:
        path: of the file.
        names: further names and addresses that it must be for, besides this host's.
        today: the time, for tests.

    Raises:
        SettingsError: it can be neither read nor made, or is another's.
    """
    now = today or datetime.now(UTC)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone_in(path.parent):
            if not _serves(path, names, now):
                _make(path, list(dict.fromkeys([*names, *filter(_is_name, host_names())])), now)
    except OSError as error:
        raise SettingsError(f"MIEN_HTTPS: {path} cannot be made: {error}") from error
    return path


def host_names() -> list[str]:
    """Return the names and addresses under which browsers may reach this host."""
    name = socket.gethostname()
    names = ["localhost", "127.0.0.1", "::1", name]
    if "." not in name:
        names.append(f"{name}.local")  # What mDNS calls it.
    with suppress(OSError):
        names.append(own_address())
    return names


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other replicas waiting: two would each make a certificate, and one would serve what is not kept.

    A link that fails where another was quicker, as for the token, would not do for a renewal.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # Not every shared folder has locks.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _serves(path: Path, names: Sequence[str], now: datetime) -> bool:
    if not path.exists():
        return False
    head = path.read_text(encoding="ascii", errors="replace").splitlines()[:2]
    said = [line.removeprefix(start) for line, start in zip(head, (NAMES, UNTIL), strict=False)]
    try:
        has, until = said[0].split(), datetime.fromisoformat(said[1])
        return set(names) <= set(has) and until - now > timedelta(days=RENEWED_DAYS)
    except (IndexError, ValueError, TypeError):
        raise SettingsError(
            f"MIEN_HTTPS: {path} is no certificate that Mien made, and stays as it is: name it with "
            "MIEN_TLS_CERT, or move it away"
        ) from None


def _make(path: Path, names: Sequence[str], now: datetime) -> None:
    new = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        made = _openssl(names)
        head = f"{NAMES}{' '.join(names)}\n{UNTIL}{(now + timedelta(days=DAYS)).isoformat()}\n"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(head + made)
        if path.exists():
            new.replace(path)
        else:
            with suppress(FileExistsError):  # Another, in a folder without locks, was quicker.
                os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
    log.info("made a certificate for %s: %s", " ".join(names), path)


def _openssl(names: Sequence[str]) -> str:
    """Return a new private key and the certificate that it signs for these names, in PEM."""
    program = shutil.which("openssl")
    if program is None:
        raise SettingsError(
            "MIEN_HTTPS: the program openssl, which makes a certificate, is not installed; "
            "install it, or name a certificate with MIEN_TLS_CERT and MIEN_TLS_KEY"
        )
    command = [
        *(program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-sha256", "-days", str(DAYS), "-subj", "/CN=Mien", "-keyout", "-", "-out", "-"),
        *("-addext", f"subjectAltName={','.join(map(_alternative, names))}"),
        *("-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"),
    ]
    try:
        done = subprocess.run(  # noqa: S603  names are checked, and no shell is between
            command, capture_output=True, text=True, timeout=OPENSSL_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SettingsError("MIEN_HTTPS: openssl does not end") from error
    if done.returncode or "BEGIN CERTIFICATE" not in done.stdout:
        said = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise SettingsError(f"MIEN_HTTPS: openssl made no certificate: {said}")
    return done.stdout


def _is_name(name: str) -> bool:
    return name.isascii() and all(sign.isalnum() or sign in "-._*:" for sign in name)


def _alternative(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        pass
    if not _is_name(name):
        raise SettingsError(f"MIEN_TLS_NAMES: {name!r} is neither a name nor an address")
    return f"DNS:{name}"
