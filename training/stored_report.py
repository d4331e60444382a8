"""A report that `training.evaluate --json` printed, read back for pictures and the model card."""

import json
from pathlib import Path
from typing import Any

from shared.errors import ModelError

DEFAULT_REPORT = Path("runs/latest/report.json")
HEAD_NAMES = {"fer2013": "FER2013 labels", "ferplus": "FER+ majority labels"}


def read_report(path: Path) -> dict[str, Any]:
    """The report as JSON types.

    Raises:
        ModelError: there is none, or it is something else.
    """
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        heads = {figures["head"] for figures in report["splits"]}
    except FileNotFoundError as error:
        raise ModelError(f"{path}: no report; training.evaluate --json prints one") from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: no report of training.evaluate: {error!r}") from error
    if not heads or heads - HEAD_NAMES.keys():
        raise ModelError(f"{path}: the heads are {sorted(heads)}, not among {sorted(HEAD_NAMES)}")
    return report
