import json

from services.web.history.bodies import csv_body, json_body
from services.web.history.query import Query
from services.web.history.reading import ResultRows, SummedRows
from shared.history import SECOND_NS, Span
from tests.unit.web.history.past import START, FakePast, face, result, sums

DAY = Span(START, START + 86_400 * SECOND_NS)


def body(past: FakePast, query: Query) -> dict[str, list[dict[str, object]]]:
    rows = SummedRows(past, query) if query.every else ResultRows(past, query)
    told: dict[str, list[dict[str, object]]] = json.loads(
        "".join(json_body("cam", "/path", query, rows, START))
    )
    return told


def test_pages_without_a_face_leave_no_gap_in_the_json() -> None:
    past = FakePast()
    past.page = 1
    past.kept = [result(0), result(1, face()), result(2), result(3), result(4, face()), result(5)]
    assert len(body(past, Query(DAY))["rows"]) == 2


def test_no_row_at_all_is_an_empty_list() -> None:
    assert body(FakePast(), Query(DAY))["rows"] == []
    assert body(FakePast(), Query(DAY, every=10))["rows"] == []


def test_a_body_comes_a_page_at_a_time() -> None:
    past = FakePast()
    past.kept = [result(second, face()) for second in range(30)]
    pieces = list(csv_body(ResultRows(past, Query(DAY, limit=None))))
    assert len(pieces) == 1 + 30 // past.page
    assert max(piece.count("\n") for piece in pieces) == past.page


def test_a_table_of_sums_has_as_many_values_as_names() -> None:
    past = FakePast()
    past.seconds = [sums(0, happy=3, unsure=1), sums(20)]
    lines = "".join(csv_body(SummedRows(past, Query(DAY, every=10)))).splitlines()
    assert {line.count(",") for line in lines} == {18}
