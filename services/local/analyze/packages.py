"""What must be installed: told before a video is read, because hours later would be too late."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from shared.errors import AnalysisError, SettingsError

NEEDS = ("av", "cv2", "matplotlib", "onnxruntime", "pyarrow", "tqdm")
"""What it imports besides what every service does."""


def check_packages(found: Callable[[str], object] = find_spec) -> None:
    """Do nothing where all packages are installed.

    Raises:
        SettingsError: some are not.
    """
    missing = [name for name in NEEDS if found(name) is None]
    if missing:
        raise SettingsError(f"{', '.join(missing)} not installed: pip install 'mien[local]'")


@contextmanager
def loading(folder: Path) -> Iterator[None]:
    """Load what writes the files of a folder.

    Raises:
        AnalysisError: a package is installed, but broken.
    """
    try:
        yield
    except ImportError as error:
        reason = str(error).partition("\n")[0]
        line = f"the files in {folder} cannot be written: {reason}; give --resume when it is mended"
        raise AnalysisError(line) from error
