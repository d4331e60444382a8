import json
from dataclasses import replace
from typing import Any, cast

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.analysis.summary import MOST_FAILURES, About, Summary, Video
from shared.entities import EXPRESSIONS, UNSURE
from tests.made import face
from tests.made_people import GOOD
from tests.made_recordings import numbered

VIDEO = Video(
    *("a.mp4", 7, 640, 480, 1.5),
    variable=True,
    codec="h264",
    damaged=4,
    missing=3,
    retimed=1,
    longest_gap_s=0.16,
)
ABOUT = About("1.2", VIDEO, {"every": 2}, {"sha256": "1f"}, "ended early: cut off", 12.345)


def found(expression: str, track: int, reason: str | None = None) -> ReadFace:
    shown = numbered(face(), track)
    return ReadFace(replace(shown, expression=expression, reason=reason), GOOD)


def summed(*frames: ReadFrame, about: About = ABOUT) -> Any:  # noqa: ANN401  JSON
    summary = Summary()
    for frame in frames:
        summary.add(frame)
    return cast(Any, summary.values(about))


FRAMES = (
    ReadFrame(0, 0, (found("happy", 1), found("sad", 2))),
    ReadFrame(2, SECOND // 5, (found("happy", 1), found(UNSURE, 2, "small"))),
    ReadFrame(4, SECOND // 3, failure="failed", tries=3),
    ReadFrame(6, SECOND // 2, refused=1),
    ReadFrame(8, SECOND, (found(UNSURE, 2, "close"),), tries=2),
    ReadFrame(10, 2 * SECOND, failure="undecodable"),
)


def test_frames_are_counted_by_what_became_of_them() -> None:
    values = summed(*FRAMES)
    assert values["frames"] == {"total": 6, "with_faces": 3, "failed": 1, "undecodable": 1}
    assert values["failures"] == [
        {"frame": 4, "time_s": 0.333333, "failure": "failed", "tries": 3},
        {"frame": 10, "time_s": 2.0, "failure": "undecodable", "tries": 1},
    ]


def test_faces_are_counted_with_those_that_were_refused() -> None:
    assert summed(*FRAMES)["faces"] == {"rows": 5, "tracks": 2, "most_at_once": 2, "refused": 1}


def test_shares_are_of_the_rows_with_a_face() -> None:
    expressions = summed(*FRAMES)["expressions"]
    assert list(expressions) == [*EXPRESSIONS, UNSURE]
    assert expressions["happy"] == {"rows": 2, "share": 0.4}
    assert expressions["sad"] == {"rows": 1, "share": 0.2}
    assert expressions[UNSURE] == {"rows": 2, "share": 0.4}
    assert sum(one["share"] for one in expressions.values()) == 1


def test_unsure_is_told_by_its_reasons() -> None:
    unsure = summed(*FRAMES)["unsure"]
    assert {name: one["share"] for name, one in unsure.items() if one["rows"]} == {"close": 0.5, "small": 0.5}


def test_each_face_is_described() -> None:
    assert summed(*FRAMES)["tracks"] == [
        {"track": 1, "first_s": 0.0, "last_s": 0.2, "rows": 2, "expressions": {"happy": 2}},
        {"track": 2, "first_s": 0.0, "last_s": 1.0, "rows": 3, "expressions": {"sad": 1, "unsure": 2}},
    ]


def test_the_longest_spans_are_told() -> None:
    assert summed(*FRAMES)["longest_spans"] == [
        {"expression": "happy", "track": 1, "start_s": 0.0, "end_s": 0.2},
        {"expression": "sad", "track": 2, "start_s": 0.0, "end_s": 0.0},
    ]


def test_what_is_known_besides_is_told() -> None:
    values = summed(*FRAMES)
    assert values["video"] == {
        "name": "a.mp4",
        "size": 7,
        "width": 640,
        "height": 480,
        "duration_s": 1.5,
        "variable": True,
        "codec": "h264",
        "damaged": 4,
        "missing": 3,
        "retimed": 1,
        "longest_gap_s": 0.16,
        "fps": 5.0,
    }
    assert (values["version"], values["settings"], values["model"]) == ("1.2", {"every": 2}, {"sha256": "1f"})
    assert (values["ended_early"], values["took_s"]) == ("ended early: cut off", 12.3)


def test_a_video_in_which_nobody_is_seen_has_a_summary() -> None:
    values = summed(ReadFrame(0, 0), about=About("1.2", VIDEO))
    assert values["faces"]["rows"] == 0
    assert values["video"]["fps"] is None
    assert values["ended_early"] is None
    assert all(one["share"] == 0 for one in values["expressions"].values())
    json.dumps(values, allow_nan=False)


def test_of_many_failures_all_are_counted_and_the_first_named() -> None:
    values = summed(*(ReadFrame(n, n, failure="failed") for n in range(2 * MOST_FAILURES)))
    assert values["frames"]["failed"] == 2 * MOST_FAILURES
    assert len(values["failures"]) == MOST_FAILURES
