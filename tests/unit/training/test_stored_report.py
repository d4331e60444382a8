import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import ModelError
from tests.unit.training.made_report import made_report
from training.runs import RunRecord
from training.stored_report import check_same_run, read_report


def test_a_report_comes_back_as_it_was_printed(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(made_report()), encoding="utf-8")
    assert read_report(path) == made_report()


def test_an_absent_report_says_what_prints_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.json: no report; training\.evaluate --out writes one"):
        read_report(tmp_path / "none.json")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"splits": [{}]}', '{"splits": []}', '{"splits": [{"head": "x"}]}']
)
def test_another_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"report\.json: "):
        read_report(path)


def made_run(**changes: object) -> RunRecord:
    told: dict[str, Any] = {"network": "mien", "epochs_done": 26, "parameters": 1769839, **changes}
    start: dict[str, Any] = {"heads": {}, "size": 44, "data_sha256": "ab", "data_rows": {}, "params": {}}
    return RunRecord(**start, versions={}, minutes=None, **told)


@pytest.mark.parametrize("told", [{}, {"parameters": None}])
def test_a_report_of_the_run_passes(told: dict[str, Any]) -> None:
    check_same_run(made_report(), made_run(**told), Path("r.json"))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"network": "original"}, "r.json: of a model with network mien, but the run has original"),
        ({"epochs_before": 1}, "r.json: of a model with epochs 26, but the run has 27"),
        ({"epochs_done": 27}, "r.json: of a model with epochs 26, but the run has 27"),
        ({"parameters": 5}, "r.json: of a model with parameters 1769839, but the run has 5"),
    ],
)
def test_a_report_of_another_run_is_refused_by_what_differs(told: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        check_same_run(made_report(), made_run(**told), Path("r.json"))
    assert str(caught.value) == message
