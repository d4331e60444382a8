"""A settings file in YAML: its parts are checked, and what is wrong is said with its line."""

import difflib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.errors import SettingsError
from shared.yaml_lines import Item, List, Mapping, Word, YamlError, shown

LARGEST_BYTES = 1_000_000
"""Of a file that people write, more is a mistake, and would be read again and again."""

Model = TypeVar("Model", bound=BaseModel)


class Wrong(Exception):
    """Raised when a line does not say what it should."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@contextmanager
def lines_of(path: Path) -> Iterator[None]:
    """Name the file and the line of whatever is found wrong in it.

    Raises:
        SettingsError: a line is wrong.
    """
    try:
        yield
    except (YamlError, Wrong) as error:
        raise SettingsError(f"{path}:{error.line}: {error.problem}") from None


def text_of(variable: str, path: Path) -> str:
    """Return a file's text.

    Raises:
        SettingsError: it cannot be read, is too large or is not UTF-8; names the variable or the line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise SettingsError(f"{variable}: {path} is larger than {LARGEST_BYTES} bytes")
        return data.decode()
    except OSError as error:
        raise SettingsError(f"{variable}: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: is not UTF-8") from None


def described(
    model: type[Model],
    about: str,
    line: int,
    keys: Mapping,
    *,
    hidden: Collection[str] = (),
    lists: Collection[str] = (),
) -> Model:
    """Return what the keys of one thing say.

    Args:
        model: what they may say; its fields are the keys.
        about: the thing, in words.
        line: where it begins.
        keys: what stands under it.
        hidden: keys whose values no error shows.
        lists: keys that may have several values.

    Raises:
        Wrong: a key is unknown, is missing, or has no such value.
    """
    try:
        return model.model_validate(dict(_values(model, about, keys, lists)))
    except ValidationError as error:
        raise _first(about, line, keys, error.errors()[0], hidden) from None


def unknown(name: str, known: list[str]) -> str:
    """Return in words that a key is unknown, and which one may have been meant."""
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"unknown key {shown(name)}; {hint}"


def _values(
    model: type[BaseModel], about: str, keys: Mapping, lists: Collection[str]
) -> Iterator[tuple[str, str | list[str]]]:
    for key in keys.items:
        if key.name not in model.model_fields:
            raise Wrong(key.line, f"{about}: {unknown(key.name, list(model.model_fields))}")
        if key.name in lists and isinstance(key.value, List):
            yield key.name, [_text(about, key, value) for value in key.value.values]
        else:
            text = _text(about, key, key.value)
            yield key.name, [text] if key.name in lists else text


def _text(about: str, key: Item, value: object) -> str:
    if not isinstance(value, Word) or not value.text:
        line = key.line if value is key.value else getattr(value, "line", key.line)
        raise Wrong(line, f"{about}: key {key.name!r} is to have one value")
    return value.text


def _first(about: str, line: int, keys: Mapping, problem: Any, hidden: Collection[str]) -> Wrong:  # noqa: ANN401  pydantic's
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return Wrong(line, f"{about}: {message}")
    name, *place = problem["loc"]
    key = next((key for key in keys.items if key.name == name), None)
    if key is None:
        return Wrong(line, f"{about}: key {name!r} is missing")
    word = _word(key, place)
    value = "" if name in hidden or word is None else f": {shown(word.text)}"
    return Wrong(word.line if word else key.line, f"{about}: key {name!r}{value}: {message}")


def _word(key: Item, place: list[int | str]) -> Word | None:
    value = key.value
    if isinstance(value, List) and place and isinstance(place[0], int):
        value = value.values[place[0]]
    return value if isinstance(value, Word) else None
