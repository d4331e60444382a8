from urllib.parse import parse_qs

import pytest

from services.web.history.query import RAW, QueryError, parse_query
from shared.history import SECOND_NS, Span

NOW = 1_700_000_001_500_000_000


def test_without_parameters_the_last_hour_is_asked_for_result_by_result() -> None:
    query = parse_query({}, NOW)
    assert query.span == Span(NOW - 3_600 * SECOND_NS, NOW)
    assert (query.every, query.limit, query.format) == (RAW, 10_000, "json")


def test_a_table_has_no_limit_unless_one_is_asked_for() -> None:
    assert parse_query({"format": "csv"}, NOW).limit is None
    assert parse_query({"format": "csv", "limit": "200000"}, NOW).limit == 200_000


def test_the_hour_before_until_is_asked_for_where_only_that_is_named() -> None:
    assert parse_query({"until": "7200"}, NOW).span == Span(3_600 * SECOND_NS, 7_200 * SECOND_NS)
    assert parse_query({"until": "60"}, NOW).span.since == 0


def test_sums_begin_with_a_whole_period() -> None:
    query = parse_query({"every": "60", "since": "119", "until": "150"}, NOW)
    assert query.span == Span(60 * SECOND_NS, 150 * SECOND_NS)


def test_auto_chooses_the_period_by_the_span() -> None:
    assert parse_query({"every": "auto"}, NOW).every == 10


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"sinse": "1"}, "'sinse' is no parameter of the history; did you mean since?"),
        ({"x": "1"}, "'x' is no parameter of the history; there are since, until"),
        ({"since": "yesterday"}, "since 'yesterday' is neither Unix seconds nor a time of ISO 8601"),
        ({"until": "-1"}, "until '-1' is neither"),
        ({"since": "9", "until": "9"}, "since is not before until: 9 and 9"),
        ({"since": "1700000002"}, "since is not before now: 1700000002 and 1700000001.5"),
        ({"every": "0"}, "every '0' is none of raw, auto"),
        ({"every": "25h"}, "every '25h' is none of raw, auto"),
        ({"limit": "0"}, "limit '0' is not a number from 1 to 100000"),
        ({"limit": "100001"}, "limit '100001' is not a number from 1 to 100000"),
        ({"limit": "1.5"}, "limit '1.5' is not a number"),
        ({"format": "xml"}, "format 'xml' is neither json nor csv"),
        ({"after": "7"}, "after '7' is no place in the single results"),
        ({"after": "7-0", "every": "1m"}, "after '7-0' is no place in the single results"),
        ({"after": f"{2**64}-0"}, "after '18446744073709551616-0' is no place in the single results"),
        ({"after": f"0-{2**64}"}, "after '0-18446744073709551616' is no place in the single results"),
        ({"after": f"{2**64 - 1}-{2**64 - 1}"}, "after '18446744073709551615-18446744073709551615' is no"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_parameter_is_named(args: dict[str, str], words: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(args, NOW)
    assert words in str(raised.value)


@pytest.mark.parametrize("after", [f"{2**64 - 1}-0", f"0-{2**64 - 1}"])
def test_behind_any_entry_that_the_broker_may_have_one_can_go_on(after: str) -> None:
    assert parse_query({"after": after}, NOW).after == after


def test_a_long_wrong_value_is_shown_in_part() -> None:
    with pytest.raises(QueryError) as raised:
        parse_query({"format": "x" * 1_000}, NOW)
    assert len(str(raised.value)) < 120


def test_what_goes_on_asks_for_the_same_span_behind_the_last_row() -> None:
    query = parse_query({"since": "1700000000.123456789", "limit": "5"}, NOW)
    more = {name: values[0] for name, values in parse_qs(query.going_on(after="1700000000500-3")).items()}
    again = parse_query(more, NOW + 10**12)
    assert (again.span, again.limit, again.every) == (query.span, 5, RAW)
    assert again.after == "1700000000500-3"
