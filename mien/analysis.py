"""A recorded video, analysed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found in a video, and where it stands.

    Attributes:
        folder: of the files.
        summary: what stands in summary.json: see docs/recordings.md.
        csv: the table of faces, one row a face, and one a frame without a face.
        parquet: the same, with types.
        timeline: a picture of the expressions over time, by face.
        annotated: the video with the faces drawn into it; None where there is none.
    """

    folder: Path
    summary: Mapping[str, Any] = field(repr=False)
    csv: Path
    parquet: Path
    timeline: Path
    annotated: Path | None


def read(folder: Path) -> Analysis:
    """Return what an analysis has left in a folder."""
    annotated = folder / "annotated.mp4"
    return Analysis(
        folder=folder,
        summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
        csv=folder / "faces.csv",
        parquet=folder / "faces.parquet",
        timeline=folder / "timeline.png",
        annotated=annotated if annotated.exists() else None,
    )
