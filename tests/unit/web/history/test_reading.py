from services.web.history.query import Query
from services.web.history.reading import ResultRows, SummedRows
from shared.history import SECOND_NS, Span
from tests.unit.web.history.past import START, FakePast, face, result, sums

DAY = Span(START, START + 86_400 * SECOND_NS)


def test_without_a_limit_everything_is_read_and_nothing_is_left() -> None:
    past = FakePast()
    past.kept = [result(second, face()) for second in range(10)]
    rows = ResultRows(past, Query(DAY, limit=None))
    assert [row.seq for page in rows.pages() for row in page] == list(range(0, 100, 10))
    assert rows.next is None


def test_a_limit_that_is_just_reached_leaves_nothing() -> None:
    past = FakePast()
    past.kept = [result(second, face()) for second in range(4)]
    rows = ResultRows(past, Query(DAY, limit=4))
    assert sum(len(page) for page in rows.pages()) == 4
    assert rows.next is None


def test_what_is_left_begins_behind_the_last_row() -> None:
    past = FakePast()
    past.kept = [result(second, face()) for second in range(5)]
    rows = ResultRows(past, Query(DAY, limit=2))
    assert sum(len(page) for page in rows.pages()) == 2
    assert rows.next is not None
    assert f"after={past.kept[1].id}" in rows.next


def test_nothing_behind_the_limit_is_read() -> None:
    past = FakePast()
    past.kept = [result(second, face()) for second in range(9)]
    past.cut_after = 1
    assert sum(len(page) for page in ResultRows(past, Query(DAY, limit=2)).pages()) == 2


def test_sums_are_totalled_as_far_as_they_are_given() -> None:
    past = FakePast()
    past.seconds = [sums(second, happy=1) for second in range(20)]
    rows = SummedRows(past, Query(DAY, every=5, limit=3))
    assert sum(len(page) for page in rows.pages()) == 3
    assert rows.total.frames == 150
    assert rows.next is not None
