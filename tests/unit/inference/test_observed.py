import json
from dataclasses import replace

import numpy as np
import pytest

from services.inference.observation import Observation, Seen
from services.inference.observed import decode, encode
from services.inference.quality import Quality
from shared.entities import Box
from shared.errors import EntryError

SCORES = tuple(map(float, np.random.default_rng(3).dirichlet([0.3] * 7).astype(np.float32)))
SEEN = Seen(Box(3, 5, 80, 82), SCORES, Quality(80, 200.0, 1 / 3, 0.1 + 0.2))
OBSERVATION = Observation(
    t=33_366_700, seen=(SEEN, replace(SEEN, box=Box(0, 0, 1, 1))), searched=True, size=(1920, 1080), sure=0.7
)


def spoilt(**changed: object) -> bytes:
    return json.dumps(json.loads(encode(OBSERVATION)) | changed).encode()


def test_an_observation_comes_back_exactly() -> None:
    assert decode(encode(OBSERVATION)) == OBSERVATION


def test_a_frame_without_faces_comes_back() -> None:
    nobody = Observation(0, (), searched=True, size=(2, 2))
    assert decode(encode(nobody)) == nobody


def test_the_same_observation_is_the_same_text() -> None:
    assert encode(decode(encode(OBSERVATION))) == encode(OBSERVATION)


def test_a_score_a_rounding_above_one_is_still_a_score() -> None:
    above = replace(SEEN, scores=(float(np.nextafter(np.float32(1), np.float32(2))), *[0.0] * 6))
    assert decode(encode(replace(OBSERVATION, seen=(above,)))).seen == (above,)


def test_a_face_is_a_few_hundred_bytes() -> None:
    assert len(encode(replace(OBSERVATION, seen=(SEEN,)))) < 400


def test_a_number_that_is_not_finite_is_never_written() -> None:
    wrong = replace(SEEN, quality=Quality(80, float("nan"), 0.1, 0.0))
    with pytest.raises(ValueError, match="JSON"):
        encode(replace(OBSERVATION, seen=(wrong,)))


def test_an_observation_with_faces_that_were_not_read_is_never_written() -> None:
    with pytest.raises(ValueError, match="2 faces"):
        encode(replace(OBSERVATION, unread=(Box(3, 5, 80, 82), Box(0, 0, 1, 1))))


@pytest.mark.parametrize("raw", [b"", b"no JSON", b"null", b"[]", b"{}", b'"x"', b"[" * 100_000, b"\xff"])
def test_what_is_no_observation_is_an_error(raw: bytes) -> None:
    with pytest.raises(EntryError, match="an observation cannot be decoded"):
        decode(raw)


BOX, MEASURED = [3, 5, 80, 82], [80, 200.0, 0.3, 0.3]


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"t": -1},
        {"t": 1.5},
        {"t": True},
        {"size": [640]},
        {"size": [640, 2**20]},
        {"searched": 1},
        {"sure": 1.1},
        {"sure": None},
        {"seen": {}},
        {"seen": [[BOX, SCORES]]},
        {"seen": [[BOX[:3], SCORES, MEASURED]]},
        {"seen": [[[-1, *BOX[1:]], SCORES, MEASURED]]},
        {"seen": [[BOX, SCORES[:6], MEASURED]]},
        {"seen": [[BOX, [1.5, *SCORES[1:]], MEASURED]]},
        {"seen": [[BOX, [float("nan"), *SCORES[1:]], MEASURED]]},
        {"seen": [[BOX, SCORES, [float("inf"), *MEASURED[1:]]]]},
        {"seen": [[BOX, SCORES, ["80", *MEASURED[1:]]]]},
    ],
)
def test_an_observation_with_a_wrong_value_is_an_error(changed: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        decode(spoilt(**changed))


def test_the_reason_is_one_short_line() -> None:
    with pytest.raises(EntryError) as caught:
        decode(spoilt(t="x" * 10_000))
    assert len(str(caught.value)) < 200
