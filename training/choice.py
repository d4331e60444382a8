"""int8 or float32: which of the two files of a run ships, by what both do on PublicTest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copyfile

import onnx

from training.figures import accuracy, confusion_matrix
from training.files import replacing
from training.labelled import Labelled, shown
from training.metadata import FLOAT32, INT8, PRECISION
from training.session import Session, open_session, predict
from training.timing import time_models

# How much lower int8's accuracy may be, in points, on each head.
LARGEST_LOSS = 0.4
# So that 67.0 - 66.6 is not over 0.4 for a rounding of floats.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Choice:
    """What was measured: by head and by precision the accuracy, in percent, and the milliseconds a face."""

    split: str
    accuracy: Mapping[str, Mapping[str, float]]
    ms_per_face: Mapping[str, float]

    @property
    def refusal(self) -> str | None:
        """Why int8 does not ship, or None if it does."""
        for head, found in self.accuracy.items():
            loss = found[FLOAT32] - found[INT8]
            if loss > LARGEST_LOSS + ROUNDING:
                return f"int8 loses {loss:.2f} points on {head}, over {LARGEST_LOSS}"
        if self.ms_per_face[INT8] >= self.ms_per_face[FLOAT32]:
            return "int8 is not faster"
        return None

    @property
    def precision(self) -> str:
        """What ships."""
        return FLOAT32 if self.refusal else INT8

    @property
    def reason(self) -> str:
        """Why that ships."""
        where = "each head" if len(self.accuracy) > 1 else "".join(self.accuracy)
        return self.refusal or f"it loses at most {LARGEST_LOSS} points on {where} and is faster"

    def properties(self) -> dict[str, str]:
        """The decision and its figures, as ONNX metadata properties."""
        figures = {"shipped": self.precision, "reason": self.reason, **asdict(self)}
        return {PRECISION: self.precision, "mien.quantization": json.dumps(figures)}

    def lines(self) -> list[str]:
        """The figures for people."""
        rows = [
            f"{head}, {self.split}: int8 {found[INT8]:.2f} %, float32 {found[FLOAT32]:.2f} %"
            for head, found in self.accuracy.items()
        ]
        ms = self.ms_per_face
        return [*rows, f"a face: int8 {ms[INT8]:.2f} ms, float32 {ms[FLOAT32]:.2f} ms"]


def percent_right(session: Session, labelled: Labelled) -> float:
    """Accuracy in percent."""
    scores = shown(labelled.head, predict(session, labelled.pictures, labelled.head))
    return 100 * accuracy(confusion_matrix(labelled.labels, scores))


def choose(float32: Path, int8: Path, measured: Sequence[Labelled]) -> Choice:
    """Measures both files on the pictures of each head.

    Raises:
        ModelError: one cannot be opened.
    """
    sessions = {INT8: open_session(int8), FLOAT32: open_session(float32)}
    shares = {
        it.head: {name: percent_right(session, it) for name, session in sessions.items()} for it in measured
    }
    times = time_models(list(sessions.values()), measured[0].pictures)
    return Choice(measured[0].split, shares, dict(zip(sessions, times, strict=True)))


def ship(source: Path, properties: Mapping[str, str], path: Path) -> None:
    """Puts `source` in the place of the model at `path`, with `properties` added to its metadata.

    Raises:
        ModelError: it cannot be written, or what was written cannot be opened; the old one stays.
    """
    with replacing(path) as partial:
        copyfile(source, partial)
        open_session(partial)
        graph = onnx.load(partial)
        found = {entry.key: entry.value for entry in graph.metadata_props}
        onnx.helper.set_model_props(graph, {**found, **properties})
        onnx.save(graph, str(partial))
        open_session(partial)
