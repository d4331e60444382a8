"""The access token: given by a setting, or made at the first start and kept in a file."""

import logging
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from services.web.settings import WebSettings
from shared.errors import SettingsError
from shared.settings import read_secret
from shared.state import state_folder

log = logging.getLogger(__name__)

TOKEN_BYTES = 32
"""Of randomness: nobody guesses 256 bits."""

LEAST_CHARACTERS = 16
"""A shorter token can be guessed: who guesses is slowed down, never stopped."""


def find_token(settings: WebSettings, environ: Mapping[str, str]) -> str:
    """Return the token that the settings give, or the one in their file, which is made where it is absent.

    Raises:
        SettingsError: the file can be neither read nor made, or the token is too short.
    """
    if settings.token is None:
        name, token = "MIEN_TOKEN_FILE", kept_token(settings.token_file or default_token_file(environ))
    else:
        name, token = "MIEN_TOKEN", settings.token.get_secret_value()
    if len(token) < LEAST_CHARACTERS:
        raise SettingsError(f"{name}: a token needs at least {LEAST_CHARACTERS} characters")
    return token


def default_token_file(environ: Mapping[str, str]) -> Path:
    """Return where a user's token is kept."""
    return state_folder(environ) / "token"


def kept_token(path: Path) -> str:
    """Return the token in a file; make both where there is no such file.

    Replicas that start together agree on one token: the file appears with its content, once.

    Raises:
        SettingsError: it can be neither read nor made.
    """
    try:
        if not path.exists():
            _make(path)
        _warn_if_open(path)
    except OSError as error:
        raise SettingsError(f"MIEN_TOKEN_FILE: {path} cannot be made: {error}") from error
    return read_secret("MIEN_TOKEN_FILE", path)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(TOKEN_BYTES) + "\n")
        # A link, because it fails where another replica was quicker; a rename would replace its token.
        os.link(new, path)
    except FileExistsError:
        log.debug("another process has just made %s", path)
    finally:
        new.unlink()


def _warn_if_open(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        log.warning("%s can be read by others than its owner: chmod 600 it", path)
