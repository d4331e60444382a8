"""A report in the form of `training.evaluate --json`, with made figures."""

from typing import Any

from shared.entities import EXPRESSIONS


def made_head(head: str = "fer2013", split: str = "PublicTest") -> dict[str, Any]:
    """One head on one split: 8 of 10 pictures of each class are right."""
    confusion = [[8 if row == column else 0 for column in range(7)] for row in range(7)]
    for row in range(7):
        confusion[row][(row + 1) % 7] = 2
    bins = [
        {"pictures": 4, "confidence": 0.3, "accuracy": 0.25},
        {"pictures": 31, "confidence": 0.9, "accuracy": 0.8},
    ]
    curve = [
        {"threshold": threshold, "coverage": coverage, "accuracy": accuracy}
        for threshold, coverage, accuracy in ((0.9, 0.1, 1.0), (0.6, 0.6, 0.9), (0.2, 1.0, 0.8))
    ]
    return {
        "split": split,
        "head": head,
        "pictures": 70,
        "accuracy": 0.8,
        "interval_95": [0.691, 0.877],
        "accuracy_of_8": None,
        "recall": dict.fromkeys(EXPRESSIONS, 0.8),
        "confusion": confusion,
        "calibration": {
            "rows": "odd rows",
            "pictures": 35,
            "temperature": 1.25,
            "error_before": 0.061,
            "error_after": 0.024,
            "bins_before": bins,
            "bins_after": bins,
        },
        "unsure": {"rows": "odd rows", "pictures": 35, "kept": curve[1], "enough": True, "curve": curve},
    }


def made_report() -> dict[str, Any]:
    """Both heads on PublicTest, and one size of face through crops."""
    through = {"faces": 40, "direct": 0.7, "crops": 0.68, "points": -2.0}
    size = {"size_px": 80, "faces": 60, "found": 0.75, "false_a_scene": 0.1, "heads": {"fer2013": through}}
    return {
        "model": "expression.onnx",
        "facts": {
            "network": "mien",
            "epochs": 26,
            "parameters": 1769839,
            "precision": "float32",
            "temperatures": {"fer2013": 1.25},
        },
        "file_mb": 7.1,
        "data_sha256": "ab",
        "ms_per_face": 1.8,
        "ms_per_face_of_8": 1.5,
        "splits": [made_head(), made_head("ferplus")],
        "scenes": {"PublicTest": {"sizes": [size]}},
    }
