"""What is known of an analysis besides its results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.local.analyze.recording import Read


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the results.

    Attributes:
        read: what was read of the video.
        depends_on: what the results depend on, as the workers say it.
        workers: how many of them were our own.
        took_s: seconds for all frames.
        earlier: the summary that stands there already, where all was done before; else empty.
    """

    read: Read
    depends_on: Mapping[str, str]
    workers: int | None
    took_s: float
    earlier: Mapping[str, Any]
