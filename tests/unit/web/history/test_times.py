import pytest

from services.web.history.times import iso, parse_time, unix

MOMENT = 1_763_863_200 * 10**9


@pytest.mark.parametrize(
    "text",
    [
        "1763863200",
        "1763863200.000",
        "2025-11-23T02:00:00Z",
        "2025-11-23T02:00:00",
        "2025-11-23 02:00",
        "2025-11-23T03:00:00+01:00",
        "2025-11-23T03:00:00 01:00",
        "2025-11-22T21:30:00-04:30",
    ],
)
def test_a_moment_may_be_written_in_unix_seconds_or_iso_8601(text: str) -> None:
    assert parse_time(text) == MOMENT


def test_a_moment_keeps_its_nanoseconds_in_unix_seconds() -> None:
    assert parse_time(unix(MOMENT + 123_456_789)) == MOMENT + 123_456_789
    assert unix(MOMENT) == "1763863200"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "-5",
        "1e9",
        "nan",
        "99999999999",
        "2025-13-01",
        "1969-12-31T23:59:59Z",
        "\N{ARABIC-INDIC DIGIT TWO}",
    ],
)
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="is "):
        parse_time(text)


def test_a_moment_behind_the_last_year_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="behind 9999"):
        parse_time("9999-12-31T23:59:59-12:00")


def test_a_moment_is_shown_in_utc_to_the_millisecond() -> None:
    assert iso(MOMENT + 123_999_999) == "2025-11-23T02:00:00.123Z"
