"""A run's folder: weights to go on from, averaged weights to ship, the record of how they came about."""

import importlib.metadata
import json
import platform
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from shared.errors import ModelError, SettingsError
from training.files import write_text, writing
from training.params import NetworkParams

DEFAULT_RUN = Path("runs/latest")
PACKAGES = ("keras", "tensorflow", "jax", "torch", "numpy", "opencv-python-headless")


@dataclass
class RunRecord:
    """What `run.json` holds: enough to tell how the weights came about, and to go on.

    `data_sha256` is of the dataset's rows, `teacher_sha256` of what the teacher said of them, `files_sha256`
    of the files that were read beside the dataset, by the option that named them. `epochs_before` are those
    of the runs whose weights this one began with.
    """

    network: str
    heads: dict[str, int]
    size: int
    data_sha256: str
    data_rows: dict[str, int]
    params: dict[str, Any]
    versions: dict[str, str]
    minutes: float | None
    teacher_sha256: str | None = None
    files_sha256: dict[str, str] = field(default_factory=dict)
    parameters: int | None = None
    epochs_before: int = 0
    epochs_done: int = 0
    elapsed_s: float = 0.0
    finished: bool = False
    history: list[dict[str, float]] = field(default_factory=list)

    @property
    def epochs_in_all(self) -> int:
        """How many epochs the weights have had."""
        return self.epochs_before + self.epochs_done

    def accuracy_key(self, split: str) -> str:
        """Under which name an entry of the history holds the accuracy on FER2013 labels of `split`."""
        # Keras puts the head before the metric's name only where there are several.
        name = "fer2013_accuracy" if len(self.heads) > 1 else "accuracy"
        return f"public_{name}" if split == "PublicTest" else name


class Weighted(Protocol):
    """What has weights that can be kept in a file: a Keras model."""

    def save_weights(self, path: Path) -> None:
        """Writes them."""

    def load_weights(self, path: Path) -> None:
        """Takes them from a file."""


@dataclass(frozen=True)
class RunFolder:
    """Where the files of one run lie."""

    path: Path

    @property
    def last_weights(self) -> Path:
        """Weights and optimizer state after the last epoch."""
        return self.path / "last.weights.h5"

    @property
    def averaged_weights(self) -> Path:
        """The moving average of the weights: what is exported."""
        return self.path / "averaged.weights.h5"

    @property
    def record_path(self) -> Path:
        """The record, JSON."""
        return self.path / "run.json"

    def make_room(self) -> None:
        """Makes the folder; one that is there already moves aside to the first free `NAME-1`, `NAME-2` ...

        Raises:
            ModelError: it cannot be made.
        """
        with writing(self.path):
            if self.path.exists():
                names = (self.path.with_name(f"{self.path.name}-{number}") for number in count(1))
                self.path.rename(next(name for name in names if not name.exists()))
            self.path.mkdir(parents=True)

    def save(self, model: Weighted, target: Path) -> None:
        """Replaces the weights `target` as a whole, so that a crash leaves the old ones.

        Raises:
            ModelError: they cannot be written.
        """
        partial = self.path / "partial.weights.h5"
        with writing(target):
            model.save_weights(partial)
            partial.replace(target)

    def load(self, model: Weighted, source: Path) -> None:
        """Gives the weights `source` to a model.

        Raises:
            ModelError: they are absent, damaged or another network's.
        """
        try:
            model.load_weights(source)
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{source}: cannot be read: {next(iter(str(error).splitlines()), error)!s}"
            ) from error

    def read_record(self) -> RunRecord:
        """The record.

        Raises:
            ModelError: there is no run here, or its record is damaged.
        """
        try:
            return RunRecord(**json.loads(self.record_path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise ModelError(f"{self.path}: no run here; start one with python -m training.train") from error
        except (OSError, TypeError, ValueError) as error:
            raise ModelError(f"{self.record_path}: {error}") from error

    def read_network_params(self, record: RunRecord) -> NetworkParams:
        """What the run's network was built and trained with.

        Raises:
            ModelError: the record lacks some of it, being an older version's.
        """
        try:
            return NetworkParams.parse(record.params.get("network_params", {}))
        except SettingsError as error:
            raise ModelError(f"{self.record_path}: {error}: an older version's run; train anew") from error

    def write_record(self, record: RunRecord) -> None:
        """Replaces the record as a whole, so that a crash leaves the old one.

        Raises:
            ModelError: it cannot be written.
        """
        write_text(self.record_path, json.dumps(asdict(record), indent=1) + "\n")


def versions() -> dict[str, str]:
    """Python's and the packages' versions that a run depends on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
