import json
from pathlib import Path

import pytest

from shared.errors import ModelError
from tests.unit.training.made_report import made_report
from training.stored_report import read_report


def test_a_report_comes_back_as_it_was_printed(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(made_report()), encoding="utf-8")
    assert read_report(path) == made_report()


def test_an_absent_report_says_what_prints_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.json: no report; training\.evaluate --json prints one"):
        read_report(tmp_path / "none.json")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"splits": [{}]}', '{"splits": []}', '{"splits": [{"head": "x"}]}']
)
def test_another_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"report\.json: "):
        read_report(path)
