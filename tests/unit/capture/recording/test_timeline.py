"""Times are the container's where it has any, and always rise."""

from fractions import Fraction

import pytest

from services.capture.recording.timeline import SECOND, Stamps, Timeline

FRAME = Fraction(1, 25)


def placed(*seconds: str | None) -> tuple[list[int], Timeline]:
    """Return the times of frames that a container gives `seconds`, in microseconds, and their timeline."""
    timeline = Timeline(FRAME)
    times = [timeline.place(None if second is None else Fraction(second)) for second in seconds]
    return [t // 1_000 for t in times], timeline


def test_times_count_from_the_first_frame_in_exact_nanoseconds() -> None:
    timeline = Timeline(FRAME)
    thirds = [timeline.place(Fraction(100) + Fraction(n, 3)) for n in range(4)]

    assert thirds == [0, 333_333_333, 666_666_667, SECOND]
    assert timeline.origin == 100
    assert timeline.retimed == 0


def test_frames_without_times_follow_at_the_usual_rate_without_drift() -> None:
    timeline = Timeline(Fraction(1, 30))
    times = [timeline.place(None) for _ in range(301)]

    assert times[-1] == 10 * SECOND
    assert timeline.retimed == 301
    assert not timeline.variable


def test_a_frame_without_a_time_follows_after_the_last_gap() -> None:
    assert placed("0", "0.1", None, "0.3")[0] == [0, 100_000, 200_000, 300_000]


def test_a_first_frame_without_a_time_takes_no_other_frame_its_own() -> None:
    times, timeline = placed(None, "5.04", "6", "8", "15")

    assert times == [0, 40_000, 1_000_000, 3_000_000, 10_000_000]
    assert timeline.retimed == 1
    assert timeline.origin == 5


@pytest.mark.parametrize("second", ["0.2", "0.15", "-0.5"])
def test_a_time_that_is_not_above_the_last_is_put_behind_it_and_counted(second: str) -> None:
    times, timeline = placed("0", "0.1", "0.2", second, "0.3")

    assert times == [0, 100_000, 200_000, 201_000, 300_000]
    assert timeline.retimed == 1


def test_a_clock_that_begins_anew_goes_on_where_it_was() -> None:
    times, timeline = placed("0", "0.1", "5", "0", "0.1", "0.2")

    assert times == [0, 100_000, 5_000_000, 9_900_000, 10_000_000, 10_100_000]
    assert timeline.retimed == 1


def test_the_last_frame_lasts_as_long_as_the_one_before() -> None:
    assert placed("0", "0.1", "0.4")[1].duration_ns == 0.7 * SECOND


def test_a_lone_frame_lasts_as_long_as_is_usual() -> None:
    assert placed("7")[1].duration_ns == FRAME * SECOND
    assert Timeline(FRAME).duration_ns == 0


def test_a_rate_is_variable_where_gaps_differ_by_more_than_rounding() -> None:
    assert not placed("0", "0.033", "0.067", "0.100")[1].variable
    steady, variable = placed("0", "0.033", "0.067")[1], placed("0", "0.033", "0.083")[1]

    assert not steady.variable
    assert variable.variable
    assert variable.longest_gap_ns == 50_000_000


def test_frames_that_lack_in_a_steady_rate_are_counted() -> None:
    numbers = [n for n in range(100) if n not in (50, 51, 52, 80)]
    milliseconds = [str(Fraction(round(Fraction(n * 1000, 30)), 1000)) for n in numbers]

    assert placed(*milliseconds)[1].missing == 4


def test_nothing_lacks_in_a_variable_rate_or_a_steady_one() -> None:
    assert placed("0", "0.1", "0.5", "0.6", "1.5")[1].missing == 0
    assert placed("0", "0.033", "0.067", "0.1")[1].missing == 0
    assert Timeline(FRAME).missing == 0


def test_presentation_times_are_chosen_while_they_rise() -> None:
    stamps = Stamps()

    assert [stamps.choose(*pair) for pair in [(2, 0), (4, 6), (6, 2)]] == [2, 4, 6]


def test_decoding_times_are_chosen_where_presentation_times_are_worse() -> None:
    stamps = Stamps()

    assert [stamps.choose(*pair) for pair in [(2, 4), (1, 6), (0, 8), (3, 10)]] == [2, 6, 8, 10]


def test_the_time_that_is_there_is_chosen() -> None:
    stamps = Stamps()

    assert [stamps.choose(*pair) for pair in [(None, 4), (5, None), (None, None)]] == [4, 5, None]


def test_a_container_of_decoding_times_gives_no_other() -> None:
    stamps = Stamps(decoding=True)

    assert [stamps.choose(*pair) for pair in [(2, 4), (6, 6), (4, 8), (9, None)]] == [4, 6, 8, None]
