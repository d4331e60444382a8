import pytest

from services.web.history.steps import AUTO_ROWS, auto_step, parse_step, period_of


@pytest.mark.parametrize(
    ("span_s", "step_s"),
    [
        (1, 1),
        (600, 1),
        (601, 2),
        (3_600, 10),
        (6_001, 60),
        (86_400, 300),
        (7 * 86_400, 1_800),
        (2**33, 86_400),
    ],
)
def test_a_span_is_cut_into_round_steps(span_s: float, step_s: int) -> None:
    assert auto_step(span_s) == step_s


@pytest.mark.parametrize("days", [1 / 24, 0.5, 1, 30, 366])
def test_a_span_has_no_more_rows_than_a_chart_can_show(days: float) -> None:
    assert days * 86_400 / auto_step(days * 86_400) <= AUTO_ROWS


@pytest.mark.parametrize(("text", "step_s"), [("10", 10), ("1s", 1), ("1m", 60), ("2h", 7_200)])
def test_a_step_is_seconds_or_has_a_unit(text: str, step_s: int) -> None:
    assert parse_step(text) == step_s


@pytest.mark.parametrize("text", ["", "m", "-1", "1.5", "1d", "1000000"])
def test_anything_else_is_no_step(text: str) -> None:
    assert parse_step(text) is None


def test_whole_minutes_come_from_the_sums_by_the_minute() -> None:
    assert period_of(300) == "1m"
    assert period_of(90) == "1s"
