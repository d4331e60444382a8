from services.web.history.wording import (
    RESULT_COLUMNS,
    SUM_COLUMNS,
    face_lines,
    face_rows,
    seconds,
    sum_line,
    sum_row,
)
from tests.unit.web.history.past import START, result, sums, unsure


def test_a_result_without_a_face_has_no_row() -> None:
    assert list(face_rows(result(1))) == []
    assert list(face_lines(result(1))) == []


def test_a_line_of_the_table_says_what_the_row_says() -> None:
    shown = result(1.5, unsure())
    [row], [line] = face_rows(shown), face_lines(shown)
    told = dict(zip(RESULT_COLUMNS, line, strict=True))
    assert {name: told[name] for name in ("t", "seq", "track", "expression", "confidence", "reason")} == {
        name: row[name] for name in ("t", "seq", "track", "expression", "confidence", "reason")
    }
    assert [told[side] for side in "xywh"] == row["box"]
    assert {name: told[name] for name in row["scores"]} == row["scores"]


def test_a_line_of_sums_says_what_the_row_says() -> None:
    shown = sums(3, happy=3, sad=1, unsure=2)
    row, told = sum_row(shown), dict(zip(SUM_COLUMNS, sum_line(shown), strict=True))
    assert (told["frames"], told["faces"], told["t"]) == (10, 6, row["t"])
    assert {name: told[name] for name in row["counts"]} == row["counts"]
    assert {name: told[f"mean_{name}"] for name in row["scores"]} == row["scores"]


def test_mean_scores_are_those_of_all_faces() -> None:
    assert sum_row(sums(0, happy=1, sad=1))["scores"]["happy"] == 0.35


def test_times_are_told_to_the_millisecond() -> None:
    assert seconds(START + 1_234_999) == START / 1e9 + 0.001
