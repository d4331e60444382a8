import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.web.history import reading
from shared.entities import EXPRESSIONS
from shared.history import SECOND_NS
from tests.unit.web.fakes import BEARER, NOW_NS, Site
from tests.unit.web.history.past import START, FakePast, face, result, sums, unsure

PATH = "/api/v1/cameras/cam/expressions"
START_S = START / 1e9


@pytest.fixture
def past(site: Site) -> FakePast:
    """What is kept of the camera `cam`."""
    site.world.add_camera("cam")
    return site.world.past_of("cam")


def ask(client: FlaskClient, path: str = PATH, **query: object) -> TestResponse:
    return client.get(path, headers=BEARER, query_string=query)


def table(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text)))


def problem_of(answer: TestResponse) -> str:
    assert answer.content_type == "application/problem+json"
    detail: str = answer.get_json(force=True)["detail"]
    return detail


def test_each_face_of_each_result_is_a_row(client: FlaskClient, past: FakePast) -> None:
    past.kept = [result(1.25, face(), unsure()), result(2), result(3, face("sad", 8))]
    body = ask(client).get_json()
    first, second, third = body["rows"]
    assert first == {
        "t": START_S + 1.25,
        "seq": 12,
        "track": 7,
        "expression": "happy",
        "confidence": 0.7,
        "scores": dict.fromkeys(EXPRESSIONS, 0.05) | {"happy": 0.7},
        "reason": None,
        "box": [1, 2, 30, 40],
    }
    assert (second["expression"], second["reason"]) == ("unsure", "dark")
    assert (third["track"], third["t"]) == (8, START_S + 3)
    assert (body["camera"], body["every"], body["next"], body["unreadable"]) == ("cam", "raw", None, 0)
    assert (body["since"], body["until"]) == (NOW_NS / 1e9 - 3_600, NOW_NS / 1e9)
    assert body["kept"] == {"since": START_S + 1.25, "until": START_S + 3}
    assert body["note"] is None


def test_rows_beyond_the_limit_come_with_the_next_answer(client: FlaskClient, past: FakePast) -> None:
    past.kept = [result(second, face()) for second in range(8)]
    seen: list[float] = []
    path: str | None = f"{PATH}?limit=3"
    while path is not None:
        body = client.get(path, headers=BEARER).get_json()
        assert len(body["rows"]) <= 3
        seen += [row["t"] - START_S for row in body["rows"]]
        path = body["next"]
    assert seen == list(range(8))


def test_the_faces_of_one_result_stay_together(client: FlaskClient, past: FakePast) -> None:
    past.kept = [result(1, face(), face()), result(2, face(), face())]
    body = ask(client, limit=3).get_json()
    assert [row["t"] for row in body["rows"]] == [START_S + 1] * 2
    assert len(ask(client, limit=1).get_json()["rows"]) == 2


def test_an_answer_looks_at_so_many_results_at_most_where_no_face_is(
    client: FlaskClient, past: FakePast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_RESULTS", 4)
    past.kept = [*map(result, range(6)), result(6, face())]
    body = ask(client).get_json()
    assert body["rows"] == []
    assert len(client.get(body["next"], headers=BEARER).get_json()["rows"]) == 1


def test_the_table_has_a_line_for_each_face_and_no_limit(client: FlaskClient, past: FakePast) -> None:
    past.kept = [result(second / 10, face()) for second in range(12_000)] + [result(2_000, unsure())]
    past.page = 250
    answer = ask(client, format="csv", until=START_S + 3_000)
    lines = table(answer)
    assert len(lines) == 12_001
    assert lines[1]["t"] == str(START_S + 0.1)
    assert lines[1]["time"] == "2023-11-14T22:00:00.100Z"
    assert (lines[1]["track"], lines[1]["x"], lines[1]["h"]) == ("7", "1", "40")
    assert (lines[1]["expression"], lines[1]["happy"], lines[1]["reason"]) == ("happy", "0.7", "")
    assert lines[-1]["reason"] == "dark"
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="cam-faces-20231114T215000Z-20231114T225000Z.csv"'
    )


def test_sums_come_from_the_sums_and_no_single_result_is_read(client: FlaskClient, past: FakePast) -> None:
    past.kept = [result(1, face())]
    past.seconds = [sums(0, happy=8, unsure=2), sums(5, frames=4), sums(12, sad=3)]
    body = ask(client, every=10, since=START_S).get_json()
    assert past.read == ["1s"]
    first, second = body["rows"]
    assert (first["t"], first["frames"], first["faces"]) == (START_S, 14, 10)
    assert first["counts"] == dict.fromkeys((*EXPRESSIONS, "unsure"), 0) | {"happy": 8, "unsure": 2}
    assert first["scores"] == dict.fromkeys(EXPRESSIONS, 0.0) | {"happy": 0.56}
    assert second["t"] == START_S + 10
    assert (body["every"], body["totals"]["frames"], body["totals"]["faces"]) == (10, 24, 13)
    assert body["totals"]["counts"]["sad"] == 3
    assert body["kept"] == {"since": START_S, "until": START_S + 13}


def test_sums_say_what_single_results_are_kept_and_what_time_it_is(
    client: FlaskClient, past: FakePast
) -> None:
    past.seconds = [sums(0, happy=8)]
    assert ask(client, every=10).get_json()["kept_results"] is None
    past.kept = [result(1.25, face()), result(2)]
    body = ask(client, every=10, until=START_S + 60).get_json()
    assert body["kept_results"] == {"since": START_S + 1.25, "until": START_S + 2}
    assert body["now"] == NOW_NS / 1e9


def test_mean_scores_are_null_where_no_face_was(client: FlaskClient, past: FakePast) -> None:
    past.seconds = [sums(0)]
    body = ask(client, every="1s").get_json()
    assert body["rows"][0]["scores"] is None
    assert table(ask(client, every="1s", format="csv"))[0]["mean_happy"] == ""


def test_a_day_comes_from_the_sums_by_the_minute(client: FlaskClient, past: FakePast) -> None:
    past.minutes = [sums(60 * minute, happy=600) for minute in range(-1_440, 10)]
    body = ask(client, every="auto", since=START_S - 86_400, until=START_S).get_json()
    assert past.read == ["1m"]
    assert body["every"] == 300
    assert len(body["rows"]) == 288
    assert body["totals"]["counts"]["happy"] == 1_440 * 600


def test_sums_beyond_the_limit_come_with_the_next_answer(client: FlaskClient, past: FakePast) -> None:
    past.seconds = [sums(second, happy=1) for second in range(25)]
    first = ask(client, every=5, limit=3, since=START_S).get_json()
    assert first["totals"]["faces"] == 15
    second = client.get(first["next"], headers=BEARER).get_json()
    assert [row["t"] - START_S for row in first["rows"] + second["rows"]] == [0, 5, 10, 15, 20]
    assert second["next"] is None


def test_sums_have_a_table_too(client: FlaskClient, past: FakePast) -> None:
    past.seconds = [sums(second, happy=1) for second in range(1_200)]
    past.page = 100
    answer = ask(client, every=1, since=START_S, until=START_S + 1_200, format="csv")
    lines = table(answer)
    assert len(lines) == 1_200
    assert (lines[0]["frames"], lines[0]["happy"], lines[0]["mean_happy"]) == ("10", "1", "0.7")
    assert "every-1s" in answer.headers["Content-Disposition"]


def test_where_nothing_is_kept_the_answer_is_empty_and_says_so(client: FlaskClient, past: FakePast) -> None:
    body = ask(client).get_json()
    assert (body["rows"], body["kept"]) == ([], None)
    assert "MIEN_HISTORY" in body["note"]
    assert ask(client, every="auto").get_json()["totals"]["faces"] == 0
    assert table(ask(client, format="csv")) == []


def test_a_time_of_which_nothing_is_kept_says_what_is(client: FlaskClient, past: FakePast) -> None:
    past.kept = [result(0, face())]
    body = ask(client, since=0, until=60).get_json()
    assert body["note"].startswith("Nothing is kept of this time, only from 2023-11-14T22:00:00.000Z to ")


def test_entries_that_cannot_be_read_are_counted(client: FlaskClient, past: FakePast) -> None:
    past.kept, past.seconds, past.unreadable = [result(1, face())], [sums(1, happy=1)], 2
    assert ask(client).get_json()["unreadable"] == 2
    assert ask(client, every=1).get_json()["unreadable"] == 2


@pytest.mark.parametrize("query", [{"since": "soon"}, {"every": "never"}, {"limt": "1"}, {"format": "pdf"}])
def test_a_wrong_parameter_is_a_400_that_names_it(
    client: FlaskClient, past: FakePast, query: dict[str, str]
) -> None:
    answer = ask(client, **query)
    assert answer.status_code == 400
    assert next(iter(query)) in problem_of(answer)
    assert past.read == []


@pytest.mark.parametrize("camera", ["none", "NOT-AN-ID", "x" * 40])
def test_a_camera_that_was_never_there_is_a_404(client: FlaskClient, site: Site, camera: str) -> None:
    answer = ask(client, f"/api/v1/cameras/{camera}/expressions")
    assert answer.status_code == 404
    assert problem_of(answer) == "There is no such camera."


def test_a_camera_that_is_gone_has_its_history_as_long_as_that_is_kept(
    client: FlaskClient, site: Site
) -> None:
    gone = site.world.past_of("gone")
    gone.seconds, gone.minutes = [sums(0, happy=1)], [sums(0, happy=1)]
    assert len(ask(client, "/api/v1/cameras/gone/expressions", every=1).get_json()["rows"]) == 1


def test_to_read_the_past_opens_no_camera(client: FlaskClient, site: Site, past: FakePast) -> None:
    past.kept = [result(1, face())]
    ask(client)
    site.hub.round()
    assert site.world.readers_started == []
    assert [viewers for _, _, viewers in site.world.looks] == []


def test_a_broker_that_is_away_is_a_503(client: FlaskClient, site: Site, past: FakePast) -> None:
    site.world.away = True
    assert ask(client).status_code == 503


def test_a_broker_that_goes_away_meanwhile_cuts_the_answer_off(
    client: FlaskClient, past: FakePast, caplog: pytest.LogCaptureFixture
) -> None:
    past.kept, past.cut_after = [result(second, face()) for second in range(9)], 2
    with pytest.raises(ConnectionResetError):
        assert ask(client, format="csv").text
    assert "an answer about the history was cut off: broker is away" in caplog.text


def test_the_history_needs_a_token(client: FlaskClient, past: FakePast) -> None:
    assert client.get(PATH).status_code == 401


def test_a_row_of_a_period_is_never_about_a_part_of_it(client: FlaskClient, past: FakePast) -> None:
    past.seconds = [sums(second, happy=1) for second in range(20)]
    body = ask(client, every=10, since=START_S + 7.5, until=START_S + 20).get_json()
    assert body["since"] == START_S
    assert [row["frames"] for row in body["rows"]] == [100, 100]
    assert past.seconds[0].t == START_S * SECOND_NS
