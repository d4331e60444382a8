"""Which device file a webcam is, whatever a setting calls it."""

import os.path


def device_path(spec: str) -> str:
    """Return the path that a webcam's spec names: its number's, or itself."""
    return f"/dev/video{int(spec)}" if spec.isdecimal() else spec


def device_of(spec: str) -> str | None:
    """Return the device file of a webcam; None for any other source.

    A number, a path and the links of udev are one device. Nothing is opened, and no disk but /dev looked at.
    """
    if not (spec.isdecimal() or spec.startswith("/dev/")):
        return None
    return os.path.realpath(device_path(spec))
