import json
from pathlib import Path

import pytest

from shared.errors import ModelError
from tests.unit.training.made_model import write_made_model
from training.metadata import ModelFacts, describe, read_facts
from training.runs import RunRecord
from training.session import open_session


def record(**heads: int) -> RunRecord:
    return RunRecord("mien", heads, 44, "ab", {"Training": 70}, {}, {}, None, epochs_done=12)


def facts_of(path: Path, properties: dict[str, str]) -> ModelFacts:
    write_made_model(path, properties=properties)
    return read_facts(open_session(path), path.name)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    properties = describe(record(fer2013=7, ferplus=8), 1234, {"fer2013": 0.8, "ferplus": 1.25})
    facts = facts_of(tmp_path / "m.onnx", properties)
    assert facts == ModelFacts("mien", 12, 1234, "float32", {"fer2013": 0.8, "ferplus": 1.25})
    assert json.loads(properties["mien.ferplus_labels"])[7] == "contempt"


def test_a_model_that_says_nothing_has_temperature_1_and_no_facts(tmp_path: Path) -> None:
    facts = facts_of(tmp_path / "m.onnx", {})
    assert facts == ModelFacts(None, None, None, "float32", {})
    assert facts.temperature("fer2013") == 1


def test_a_run_without_votes_has_no_labels_of_ferplus() -> None:
    assert "mien.ferplus_labels" not in describe(record(fer2013=7), 1, {})


@pytest.mark.parametrize(
    "properties",
    [
        {"mien.temperatures": "warm"},
        {"mien.temperatures": "[1]"},
        {"mien.temperatures": '{"fer2013": 0}'},
        {"mien.temperatures": '{"fer2013": "x"}'},
        {"mien.trained": '{"epochs": null}'},
    ],
)
def test_damaged_metadata_is_one_line_that_names_the_file(tmp_path: Path, properties: dict[str, str]) -> None:
    with pytest.raises(ModelError, match=r"^m\.onnx: damaged metadata: "):
        facts_of(tmp_path / "m.onnx", properties)
