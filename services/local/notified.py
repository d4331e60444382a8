"""Whether the file of cameras names anybody who is to be told of changes."""

from collections.abc import Mapping
from pathlib import Path

from shared.errors import SettingsError
from shared.settings_file import lines_of, text_of
from shared.yaml_lines import read_mapping

NOTIFY = "notify"


def names_anybody(file: Path | None, environ: Mapping[str, str]) -> bool:
    """Return whether the file, or the one that the environment names, has a part `notify`.

    What is wrong with the file is capture's to say.
    """
    named = environ.get("MIEN_CAMERAS_FILE")
    path = file or (Path(named) if named else None)
    if path is None:
        return False
    try:
        text = text_of("MIEN_CAMERAS_FILE", path)
        with lines_of(path):
            tree = read_mapping(text)
    except SettingsError:
        return False
    return tree is not None and any(item.name == NOTIFY for item in tree.items)
