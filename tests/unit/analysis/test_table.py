from dataclasses import replace

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.analysis.table import COLUMNS, rows_of
from services.inference.quality import Quality
from shared.entities import EXPRESSIONS, UNSURE
from tests.made import face
from tests.made_recordings import numbered

NAMES = [column.name for column in COLUMNS]
QUALITY = Quality(side=20.0, light=180.1234567, sharpness=0.5, turn=0.25)


def rows(frame: ReadFrame) -> list[dict[str, object]]:
    return [dict(zip(NAMES, row, strict=True)) for row in rows_of(frame)]


def test_the_columns_are_those_that_are_documented() -> None:
    assert [
        *("frame", "time_s", "track", "x", "y", "w", "h", "expression", "confidence"),
        *EXPRESSIONS,
        *("reason", "light", "sharpness", "turn", "failure"),
    ] == NAMES


def test_a_face_has_a_row() -> None:
    frame = ReadFrame(7, SECOND // 3, (ReadFace(numbered(face("happy", 0.7), 4), QUALITY),))
    assert rows(frame) == [
        {
            "frame": 7,
            "time_s": 0.333333,
            "track": 4,
            "x": 10,
            "y": 12,
            "w": 20,
            "h": 20,
            "expression": "happy",
            "confidence": 0.7,
            **{name: 0.7 if name == "happy" else 0.05 for name in EXPRESSIONS},
            "reason": None,
            "light": 180.123457,
            "sharpness": 0.5,
            "turn": 0.25,
            "failure": None,
        }
    ]


def test_two_faces_have_two_rows_in_their_order() -> None:
    faces = tuple(ReadFace(numbered(face(), track), QUALITY) for track in (5, 2))
    assert [(row["frame"], row["track"]) for row in rows(ReadFrame(3, 0, faces))] == [(3, 5), (3, 2)]


def test_a_frame_without_a_face_has_a_row() -> None:
    assert rows(ReadFrame(7, 2 * SECOND)) == [dict.fromkeys(NAMES) | {"frame": 7, "time_s": 2.0}]


def test_a_frame_that_failed_has_a_row_that_says_so() -> None:
    (row,) = rows(ReadFrame(7, 0, failure="undecodable"))
    assert {name for name, value in row.items() if value is not None} == {"frame", "time_s", "failure"}
    assert row["failure"] == "undecodable"


def test_an_unsure_face_says_why() -> None:
    unsure = replace(face(), expression=UNSURE, reason="small", candidates=("happy", "sad"))
    (row,) = rows(ReadFrame(0, 0, (ReadFace(numbered(unsure, 1), QUALITY),)))
    assert (row["expression"], row["reason"]) == ("unsure", "small")


def test_only_what_is_about_a_face_may_be_empty() -> None:
    assert [column.name for column in COLUMNS if not column.is_empty] == ["frame", "time_s"]
