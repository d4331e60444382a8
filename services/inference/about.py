"""What results depend on: `python -m services.inference.about` prints it, if a worker could run."""

import json
import os
import sys

from services.inference.dependence import depends_on
from services.inference.detectors import build_detector
from services.inference.session import ExpressionModel
from services.inference.settings import InferenceSettings
from shared.errors import MienError
from shared.service import BAD_START


def about(settings: InferenceSettings) -> dict[str, str]:
    """Return what results depend on, by name; a worker with these settings can run.

    Raises:
        SettingsError: the detector needs a package that is not installed.
        ModelError: the model or the detector's own does not fit.
    """
    model = ExpressionModel(settings.model, settings.labels)
    build_detector(settings.detector)
    return {**depends_on(settings, model), "privacy": settings.privacy.value}


def main() -> int:
    """Print it as one line of JSON; what is wrong is one line on standard error and exit code 2."""
    try:
        sys.stdout.write(json.dumps(about(InferenceSettings.load(os.environ))) + "\n")
    except MienError as error:
        sys.stderr.write(f"mien inference: {error}\n")
        return BAD_START
    return 0


if __name__ == "__main__":
    sys.exit(main())
