"""A report that `training.evaluate --json` printed, read back for pictures and the model card."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.errors import ModelError
from training.runs import RunRecord

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
        raise ModelError(f"{path}: no report; training.evaluate --out writes one") from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: no report of training.evaluate: {error!r}") from error
    if not heads or heads - HEAD_NAMES.keys():
        raise ModelError(f"{path}: the heads are {sorted(heads)}, not among {sorted(HEAD_NAMES)}")
    return report


def check_same_run(report: Mapping[str, Any], record: RunRecord, path: Path) -> None:
    """Nothing where the model of the report at `path` is the one that the run has led to.

    Raises:
        ModelError: its network, its epochs or its parameters are not the run's; names the difference.
    """
    facts = report.get("facts", {})
    run = {"network": record.network, "epochs": record.epochs_in_all, "parameters": record.parameters}
    for name, value in run.items():
        # The record of an older version's run does not tell the parameters.
        if value is not None and facts.get(name) != value:
            raise ModelError(f"{path}: of a model with {name} {facts.get(name)}, but the run has {value}")
