"""The four scripts that write the streams, in Lua; each runs in the broker as one step."""

from importlib.resources import files


def source(name: str) -> str:
    """Return the text of a script, `publish`, `take`, `finish` or `sweep`, with what all of them share."""
    folder = files(__name__)
    return (folder / "common.lua").read_text() + (folder / f"{name}.lua").read_text()
