import pytest

from services.analysis.clock_ticks import MOST_TICKS, axis_label, clock_text, ticks


@pytest.mark.parametrize(
    ("end_s", "words"),
    [
        (1.0, ["0:00.0", "0:00.1", "0:00.2"]),
        (10.0, ["0:00", "0:01", "0:02"]),
        (100.0, ["0:00", "0:10", "0:20"]),
        (600.0, ["0:00", "1:00", "2:00"]),
        (10_800.0, ["0:00:00", "0:15:00", "0:30:00"]),
    ],
)
def test_marks_stand_at_round_times(end_s: float, words: list[str]) -> None:
    assert ticks(end_s)[1][:3] == words


@pytest.mark.parametrize("end_s", [0.04, 0.5, 3, 59, 61, 3599, 3600, 86_400, 30 * 86_400])
def test_there_are_some_marks_but_not_too_many_and_all_are_within(end_s: float) -> None:
    times, words = ticks(end_s)
    assert 1 <= len(times) == len(set(words)) <= MOST_TICKS + 1
    assert all(0 <= time <= end_s + 1e-6 for time in times)


def test_hours_are_written_where_there_are_some() -> None:
    assert clock_text(65, 100) == "1:05"
    assert clock_text(3725, 7200) == "1:02:05"
    assert axis_label(100) == "time in the video (minutes:seconds)"
    assert axis_label(3600) == "time in the video (hours:minutes:seconds)"
