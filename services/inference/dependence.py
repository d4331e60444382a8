"""What the results of a worker depend on besides the picture."""

import hashlib

from services.inference.session import ExpressionModel
from services.inference.settings import InferenceSettings

VERSION = "mien.version"
"""The model's property that has its version."""


def depends_on(settings: InferenceSettings, model: ExpressionModel) -> dict[str, str]:
    """Return it by name; workers that agree in all of it say the same of a picture."""
    return {
        "model": settings.model.name,
        "model_version": model.metadata.get(VERSION, ""),
        "model_sha256": hashlib.sha256(settings.model.read_bytes()).hexdigest(),
        "labels": model.labels,
        "detector": settings.detector,
    }
