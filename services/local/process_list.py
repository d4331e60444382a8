"""Keeps addresses of cameras, which may hold passwords, out of the list of processes that all may read."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from services.local.cameras import NAME_CAMERAS, Camera, named, variable
from shared.errors import SettingsError

_OPTIONS = ("--source", "--camera")


def hide_addresses(cameras: Sequence[Camera], environ: Mapping[str, str]) -> None:
    """Start this program again without its cameras in its command line, if one of them is an address.

    Does nothing where two cameras have one id: whoever reads them says so.
    """
    with suppress(SettingsError):
        hidden = with_hidden_addresses(sys.orig_argv[1:], named(cameras), environ)
        if hidden:
            _start_again(*hidden)


def with_hidden_addresses(
    words: Sequence[str], cameras: Sequence[Camera], environ: Mapping[str, str]
) -> tuple[list[str], dict[str, str]] | None:
    """Return a command line without cameras, and the environment that names them; None without an address.

    Args:
        words: of the command line.
        cameras: that it names, with their ids.
        environ: others than this user cannot read it.
    """
    if not any("://" in camera.source for camera in cameras):
        return None
    given = {text for camera in cameras for text in (camera.source, f"{camera.id}={camera.source}")}
    left: list[str] = []
    for word in words:
        option, _, value = word.partition("=")
        if word in given and left and left[-1] in _OPTIONS:
            left.pop()
        elif not (option in _OPTIONS and value in given):
            left.append(word)
    others = {name: value for name, value in environ.items() if name not in NAME_CAMERAS}
    return left, {**others, "MIEN_CAMERAS": variable(cameras)}


def _start_again(words: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Replace this process by the same program with another command line and environment."""
    os.execve(sys.executable, [sys.executable, *words], environ)  # noqa: S606  no shell is wanted
