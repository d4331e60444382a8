"""The scripts that write the streams, the tracks and what was told, in Lua; each runs as one step."""

from importlib.resources import files


def source(name: str) -> str:
    """Return a script's text with what all share: `publish`, `take`, `follow`, `lead`, ...."""
    return _joined("common", name)


def recorded_source(name: str) -> str:
    """Return a recording's script with what these share: `offer`, `end`, `claim`, `hold`, ...."""
    return _joined("common", "recorded", name)


def _joined(*names: str) -> str:
    folder = files(__name__)
    return "".join((folder / f"{name}.lua").read_text() for name in names)
