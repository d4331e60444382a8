"""What an exported model says of itself: its ONNX metadata properties."""

import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.entities import EXPRESSIONS
from shared.errors import ModelError
from shared.ferplus import FERPLUS_CLASSES
from training.runs import RunRecord
from training.session import Session

INPUT_TEXT = "face: uint8 [N, 48, 48, 1], grey face crops; cropping and scaling are inside the graph"

TRAINED = "mien.trained"
TEMPERATURES = "mien.temperatures"
UNSURE_BELOW = "mien.unsure_below"
"""The top probability, by head, under which workers say "unsure"."""
PRECISION = "mien.precision"
FLOAT32, INT8 = "float32", "int8"


@dataclass(frozen=True)
class ModelFacts:
    """A model's own words: None where an older one says nothing.

    `temperatures` are those by which its graph has divided the logits of each head; 1 where there is none.
    `unsure_below` is the threshold for "unsure" of each head that has one.
    """

    network: str | None
    epochs: int | None
    parameters: int | None
    precision: str
    temperatures: Mapping[str, float]
    unsure_below: Mapping[str, float] = field(default_factory=dict)

    def temperature(self, head: str) -> float:
        """That of one head."""
        return self.temperatures.get(head, 1.0)


def describe(record: RunRecord, parameters: int, temperatures: Mapping[str, float]) -> dict[str, str]:
    """The properties of a model from its run, with `parameters` numbers in its network."""
    labels = {"mien.labels": json.dumps(EXPRESSIONS)}
    if "ferplus" in record.heads:
        labels["mien.ferplus_labels"] = json.dumps(FERPLUS_CLASSES)
    trained = {
        "epochs": record.epochs_in_all,
        "pictures": record.data_rows["Training"],
        "parameters": parameters,
    }
    return labels | {
        "mien.input": INPUT_TEXT,
        "mien.network": record.network,
        "mien.version": importlib.metadata.version("mien"),
        "mien.data_sha256": record.data_sha256,
        TRAINED: json.dumps(trained),
        TEMPERATURES: json.dumps(dict(temperatures)),
        PRECISION: FLOAT32,
    }


def read_facts(session: Session, name: str) -> ModelFacts:
    """What the model says of itself; `name` names it in the error.

    Raises:
        ModelError: its metadata is damaged.
    """
    found: dict[str, str] = session.get_modelmeta().custom_metadata_map
    trained = _numbers(found, TRAINED, name)
    temperatures = _numbers(found, TEMPERATURES, name)
    for head, temperature in temperatures.items():
        if not temperature > 0:
            raise ModelError(f"{name}: damaged metadata: the temperature of {head} is {temperature:g}")
    return ModelFacts(
        found.get("mien.network"),
        _count(trained.get("epochs")),
        _count(trained.get("parameters")),
        found.get(PRECISION, FLOAT32),
        temperatures,
        _numbers(found, UNSURE_BELOW, name),
    )


def _numbers(properties: Mapping[str, str], key: str, name: str) -> dict[str, float]:
    text = properties.get(key, "{}")
    try:
        return {word: float(number) for word, number in json.loads(text).items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise ModelError(f"{name}: damaged metadata: {key} is {text!r}") from error


def _count(number: float | None) -> int | None:
    return None if number is None else int(number)
