"""The parts of a `multipart/x-mixed-replace` answer."""

from collections.abc import Mapping

BOUNDARY = "mien-frame"

CONTENT_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"

OPENING = f"--{BOUNDARY}\r\n".encode()
"""Stands before the first part."""

_CLOSING = f"\r\n--{BOUNDARY}\r\n".encode()


def part(jpeg: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a picture as one part, with the boundary right behind it.

    Browsers show a part only when the next boundary arrives: sent ahead of the next picture instead,
    everybody would watch one frame late.
    """
    lines = ["Content-Type: image/jpeg", f"Content-Length: {len(jpeg)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + jpeg + _CLOSING
