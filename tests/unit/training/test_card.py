import json
from pathlib import Path

import pytest

from shared.errors import ModelError
from tests.unit.training.made_report import made_report
from training.card import BEGIN, DEFAULT_CARD, END, figures_text, fill, main
from training.params import load_params
from training.runs import RunFolder, RunRecord

ROOT = Path(__file__).parents[3]


def made_record() -> RunRecord:
    record = RunRecord(
        "mien", {"fer2013": 7}, 44, "ab", {"Training": 27747}, load_params("mien").record(), {}, None
    )
    record.epochs_done, record.elapsed_s, record.teacher_sha256 = 26, 3600.0, "cd"
    return record


def test_epochs_of_an_earlier_run_are_told() -> None:
    record = made_record()
    record.epochs_before = 82
    text = figures_text(made_report(), record)
    assert "taught by earlier models, from the weights of 82 earlier epochs." in text


def test_figures_name_their_labels_split_and_interval() -> None:
    text = figures_text(made_report(), made_record())
    assert "| FER2013 labels, PublicTest | **80.00 %** of 70 | 69.1 % to 87.7 % | 6.1 %, 2.4 % |" in text
    assert "| disgust | 80.0 % | 80.0 % |" in text
    assert "1,769,839 parameters, 7.1 MB, float32. 26 epochs in 60 minutes on 27,747 Training" in text
    assert "taught by earlier models. " in text
    assert "labels under 0.60 called unsure, 60.0 % of the faces keep one, 90.0 % of these are right" in text
    assert "1.80 ms a face at batch 1 on one thread, 1.50 ms at batch 8" in text
    assert "| FER2013 labels, PublicTest | 80 | 75.0 % | 70.0 % | 68.0 % |" in text


def test_a_report_without_scenes_or_recall_of_a_class_has_none_in_its_text() -> None:
    report = made_report()
    report["scenes"], report["splits"][0]["recall"]["disgust"] = None, None
    text = figures_text(report, made_record())
    assert "face, px" not in text
    assert "| disgust | - | 80.0 % |" in text


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    card = f"# Card\n{BEGIN}\nold\n{END}\nend\n"
    once = fill(card, "new")
    assert once == f"# Card\n{BEGIN}\n\nnew\n\n{END}\nend\n"
    assert fill(once, "new") == once


@pytest.mark.parametrize("card", ["# Card\n", f"{BEGIN}\n", f"{END}\n{BEGIN}\n"])
def test_a_card_without_both_marks_is_refused(card: str) -> None:
    with pytest.raises(ModelError, match="the card has no <!-- figures: begin -->"):
        fill(card, "new")


def test_the_card_that_ships_has_the_marks() -> None:
    assert fill((ROOT / DEFAULT_CARD).read_text(encoding="utf-8"), "new")


def write_run(tmp_path: Path) -> list[str]:
    RunFolder(tmp_path).write_record(made_record())
    (tmp_path / "report.json").write_text(json.dumps(made_report()), encoding="utf-8")
    return ["--report", str(tmp_path / "report.json"), "--run", str(tmp_path)]


def test_the_command_fills_the_card(tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(f"{BEGIN}{END}", encoding="utf-8")
    assert main([*write_run(tmp_path), "--card", str(card)]) == 0
    assert "**80.00 %**" in card.read_text(encoding="utf-8")


def test_figures_that_are_only_printed_need_no_card(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*write_run(tmp_path), "--print", "--card", str(tmp_path / "none.md")]) == 0
    assert "**80.00 %**" in capsys.readouterr().out


def test_an_absent_card_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*write_run(tmp_path), "--card", str(tmp_path / "none.md")]) == 1
    assert "none.md" in capsys.readouterr().err


def test_a_report_of_another_run_leaves_the_card_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card, options = tmp_path / "CARD.md", write_run(tmp_path)
    card.write_text(f"{BEGIN}{END}", encoding="utf-8")
    record = made_record()
    record.epochs_done = 7
    RunFolder(tmp_path).write_record(record)
    assert main([*options, "--card", str(card)]) == 1
    assert "of a model with epochs 26, but the run has 7" in capsys.readouterr().err
    assert card.read_text(encoding="utf-8") == f"{BEGIN}{END}"


def test_a_report_without_a_time_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options, report = write_run(tmp_path), made_report()
    del report["ms_per_face"]
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    assert main([*options, "--print"]) == 1
    assert capsys.readouterr().err.startswith("the report has no 'ms_per_face'; measure again")


def test_a_comparison_goes_into_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "comparison.md"
    table.write_text("PublicTest, single view:\n\n| network |\n", encoding="utf-8")
    options = [*write_run(tmp_path), "--print", "--comparison"]
    assert main([*options, str(table)]) == 0
    assert "\n\nPublicTest, single view:\n\n| network |\n\nSHA-256" in capsys.readouterr().out
    assert main([*options, str(tmp_path / "absent.md")]) == 1
    assert "absent.md: no table of training.compare" in capsys.readouterr().err
