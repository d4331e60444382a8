"""What a command writes: whole or not at all, and what the system refuses is one line."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shared.errors import ModelError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Says of `path` what the system refuses within the block.

    Raises:
        ModelError: in the place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise ModelError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path`, with the same suffix, that takes its place when the block has written it.

    A block that fails leaves the old file. Folders that are missing are made.

    Raises:
        ModelError: it cannot be written; names `path`.
    """
    partial = path.parent / f"{path.stem}.partial{path.suffix}"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Puts `text` in the place of the file at `path`.

    Raises:
        ModelError: it cannot be written; names it.
    """
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def digests(files: Mapping[str, Path | None]) -> dict[str, str]:
    """SHA-256 of each file that is named, under its own name.

    Raises:
        ModelError: one cannot be read.
    """
    return {name: _digest(path) for name, path in files.items() if path}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror or error}") from error
