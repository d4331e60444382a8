import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the pictures are drawn with matplotlib")

from shared.errors import ModelError
from tests.unit.training.made_report import made_head, made_report
from training.pictures import draw_all, draw_confusion, draw_coverage, draw_reliability, main


def test_the_confusion_matrix_has_each_label_s_shares_in_percent() -> None:
    (axes,) = draw_confusion(made_head()).axes
    cells = [text.get_text() for text in axes.texts]
    assert len(cells) == 49
    assert cells[:3] == ["80", "20", "0"]
    assert axes.get_yticklabels()[0].get_text() == "angry (10)"
    assert axes.get_title() == "FER2013 labels, PublicTest: % of each label"


def test_a_class_without_pictures_is_a_row_of_zeros() -> None:
    head = made_head()
    head["confusion"][1] = [0] * 7
    (axes,) = draw_confusion(head).axes
    assert [text.get_text() for text in axes.texts][7:14] == ["0"] * 7


def test_reliability_is_drawn_before_and_after_scaling_with_the_error() -> None:
    before, after = draw_reliability(made_head()).axes
    assert before.get_title() == "before scaling: error 6.1 %"
    assert after.get_title() == "after scaling: error 2.4 %"
    assert np.asarray(after.lines[1].get_xdata()).tolist() == pytest.approx([30, 90])
    assert np.asarray(after.lines[1].get_ydata()).tolist() == pytest.approx([25, 80])


def test_coverage_marks_what_the_chosen_threshold_keeps() -> None:
    (axes,) = draw_coverage(made_head("ferplus")).axes
    assert np.asarray(axes.lines[0].get_xdata()).tolist() == pytest.approx([10, 60, 100])
    assert [text.get_text() for text in axes.texts] == ["unsure under 0.60:\n60 % kept, 90.0 % right"]
    assert axes.get_title().startswith("FER+ majority labels, PublicTest")


def test_a_threshold_that_keeps_nothing_is_not_marked() -> None:
    head = made_head()
    head["unsure"]["kept"] = {"threshold": 1.0, "coverage": 0.0, "accuracy": None}
    assert not draw_coverage(head).axes[0].texts


def test_each_head_has_its_pictures_and_only_the_first_split_is_drawn() -> None:
    report = made_report()
    report["splits"].append(made_head(split="PrivateTest"))
    names = {
        f"{name}{head}.png" for name in ("confusion", "reliability", "coverage") for head in ("", "-ferplus")
    }
    assert set(draw_all(report)) == names


def test_a_report_of_an_older_version_is_one_line_that_names_what_it_lacks() -> None:
    report = made_report()
    del report["splits"][0]["calibration"]["bins_before"]
    with pytest.raises(ModelError, match=r"bins_before.*measure again"):
        draw_all(report)


def test_the_command_writes_the_pictures(tmp_path: Path) -> None:
    path, out = tmp_path / "report.json", tmp_path / "pictures"
    path.write_text(json.dumps(made_report()), encoding="utf-8")
    assert main(["--report", str(path), "--out", str(out)]) == 0
    assert len(list(out.glob("*.png"))) == 6
    assert (out / "coverage.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_report_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--report", str(tmp_path / "none.json")]) == 1
    assert "none.json: no report" in capsys.readouterr().err


def test_a_folder_under_a_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(made_report()), encoding="utf-8")
    assert main(["--report", str(path), "--out", str(path / "pictures")]) == 1
    assert "confusion.png: cannot be written" in capsys.readouterr().err
