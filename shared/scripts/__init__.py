"""The scripts that write the streams and the tracks, in Lua; each runs in the broker as one step."""

from importlib.resources import files


def source(name: str) -> str:
    """Return a script's text with what all share: `publish`, `take`, `follow`, `finish` or `sweep`."""
    folder = files(__name__)
    return (folder / "common.lua").read_text() + (folder / f"{name}.lua").read_text()
