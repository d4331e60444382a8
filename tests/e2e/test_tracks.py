"""Faces keep their ids, whoever does the frames, and are learned when a viewer asks: with real processes."""

import time
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import pytest

from shared.entities import Result
from shared.entries import decode_result
from shared.keys import CameraKeys
from shared.streams import CameraStreams
from tests.e2e.api import get, get_json
from tests.e2e.processes import Pipeline, eventually

STILL_NS = 1_500_000_000
"""A face that is not seen for three seconds is somebody new."""

LONG = 20

FACES = "/api/v1/cameras/cam1/faces"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Pipeline]:
    """The demo, with two people who stay, open whoever looks; age budgets that a busy machine keeps."""
    settings = {"MIEN_SOURCE": "demo:", "MIEN_MODE": "always", "MIEN_AGE_BUDGET_MS": "5000"}
    with Pipeline(tmp_path, **settings) as pipeline:
        pipeline.start("services.capture")
        yield pipeline


def results(pipeline: Pipeline) -> Iterator[Result]:
    """Yield results as they are published."""
    streams = CameraStreams(pipeline.broker, "cam1")
    last, deadline = "0-0", time.monotonic() + 60
    while time.monotonic() < deadline:
        for entry in streams.results_after(last, block_ms=1_000):
            last = entry.id
            yield decode_result(entry.fields)
    raise AssertionError("too few results")


def stretches(results: list[Result]) -> list[list[Result]]:
    """Return results in the order of their frames, cut where this machine stood still for too long."""
    ordered = sorted(results, key=lambda result: result.t)
    found = [ordered[:1]]
    for before, after in pairwise(ordered):
        if after.t - before.t > STILL_NS:
            found.append([])
        found[-1].append(after)
    assert max(map(len, found)) >= LONG, "this machine is too busy to tell"
    return found


@pytest.mark.parametrize("naps_ms", [[], [40, 120]], ids=["one worker", "three workers of different speeds"])
def test_each_person_has_one_id_from_end_to_end(demo: Pipeline, naps_ms: list[int]) -> None:
    for nap_ms in naps_ms:
        demo.start("tests.slow_worker", str(nap_ms))
    demo.start("services.inference")
    seen = list(islice(results(demo), 60))
    for stretch in stretches(seen):
        assert len({face.track for result in stretch for face in result.faces}) <= 2
    assert all(face.track is not None for result in seen for face in result.faces)
    assert len({result.worker for result in seen}) == 1 + len(naps_ms)


def test_a_viewer_asks_to_learn_a_resting_face_and_it_is_learned(demo: Pipeline) -> None:
    demo.start("services.inference")
    demo.start("services.web")
    eventually("faces", lambda: get_json(demo, FACES).get("faces"))
    track = get_json(demo, FACES)["faces"][0]["track"]
    answer = get(demo.port, f"{FACES}/{track}/neutral", token=demo.token, method="POST")
    assert answer.status == 202

    def states() -> dict[int, str | None]:
        return {face["track"]: face["neutral"] for face in get_json(demo, FACES).get("faces", [])}

    eventually("it is learned", lambda: states().get(track) == "learning")
    assert demo.broker.redis.exists(CameraKeys("cam1").commands) == 0
    eventually("it is known", lambda: states().get(track) == "own")
    assert [state for other, state in states().items() if other != track] in ([], [None])


def test_a_face_that_nobody_follows_cannot_be_learned(demo: Pipeline) -> None:
    demo.start("services.web")
    eventually("the camera is known", lambda: get_json(demo, "/api/v1/cameras").get("cameras"))
    answer = get(demo.port, f"{FACES}/999/neutral", token=demo.token, method="POST")
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
