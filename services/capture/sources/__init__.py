"""Where pictures come from: one small class for each kind of source, and one door to all of them."""

from services.capture.sources.device import device_of
from services.capture.sources.naming import Kind, kind_of, masked
from services.capture.sources.opening import open_camera, open_source
from services.capture.sources.source import Granting, PixelSource, PolledSource, Source

__all__ = [
    "Granting",
    "Kind",
    "PixelSource",
    "PolledSource",
    "Source",
    "device_of",
    "kind_of",
    "masked",
    "open_camera",
    "open_source",
]
