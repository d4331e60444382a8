"""The settings of an inference worker."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from services.inference.detectors import DEFAULT_DETECTOR, DetectorName
from services.inference.heads import Labels
from shared.entities import Privacy
from shared.settings import ServiceSettings

MODEL = Path(__file__).resolve().parents[2] / "models" / "expression.onnx"

UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

LONGEST_DAYS = 366
"""Older than 1970 would be an entry id below zero; and a year is more than a broker's memory is for."""


def duration_ms(text: object) -> int:
    """Return the milliseconds of `off`, `90s`, `30m`, `1h` or `7d`; 0 for off.

    Raises:
        ValueError: it is none of these, or more than `LONGEST_DAYS`.
    """
    if text == "off":
        return 0
    match = re.fullmatch(r"([1-9]\d{0,6})([smhd])", str(text))
    if match is None:
        raise ValueError("is neither 'off' nor a duration such as 90s, 30m, 1h or 7d")
    ms = int(match[1]) * UNIT_MS[match[2]]
    if ms > LONGEST_DAYS * UNIT_MS["d"]:
        raise ValueError(f"is longer than {LONGEST_DAYS}d")
    return ms


class InferenceSettings(ServiceSettings):
    """What a worker reads.

    Attributes:
        model: the ONNX file.
        detector: what finds the faces.
        labels: which of its heads a viewer sees, FER2013's or FER+'s; None for FER+'s where it has one.
        age_budget_ms: a frame older than this when a worker comes to it is not worth its time.
        history: how long the numbers are kept, in milliseconds; 0 for not at all.
        jpeg_quality: of the annotated frame, 1 to 100.
        privacy: the least that is done before a picture leaves the worker; a camera may ask for more.
    """

    model: Path = MODEL
    detector: DetectorName = DEFAULT_DETECTOR
    labels: Labels | None = None
    age_budget_ms: int = Field(default=500, ge=10, le=60_000)
    history: Annotated[int, BeforeValidator(duration_ms)] = Field(default="1h", validate_default=True)
    jpeg_quality: int = Field(default=80, ge=1, le=100)
    privacy: Privacy = Privacy.OFF
