"""Things die; the feed goes on, in the same connection."""

import random
import signal
import time
from collections.abc import Iterator

from benchmarks.feed import Part
from shared.counters import Account, read_account
from shared.entities import Cause
from tests.brokers import books
from tests.e2e.api import get
from tests.e2e.processes import Pipeline, Service, eventually

WALK_S = 12.0


def test_the_feed_goes_on_when_one_of_two_workers_is_killed(pipeline: Pipeline) -> None:
    pipeline.start_all(workers=2)
    with pipeline.feed() as feed:
        frames = feed.frames()
        moving(frames)
        pipeline.workers()[0].kill()
        moving(frames)


def test_the_feed_goes_on_when_all_workers_are_killed_and_others_come(pipeline: Pipeline) -> None:
    pipeline.start_all(workers=2)
    with pipeline.feed() as feed:
        frames = feed.frames()
        moving(frames)
        for worker in pipeline.workers():
            worker.kill()
        pipeline.start("services.inference")
        moving(frames)
    eventually("the account holds", lambda: account(pipeline).difference == 0)


def test_the_feed_goes_on_when_the_broker_comes_back_empty_and_nobody_is_signed_out(
    pipeline: Pipeline,
) -> None:
    pipeline.start_all()
    with pipeline.feed() as feed:
        frames = feed.frames()
        last = moving(frames)
        cookie = get(pipeline.port, f"/?token={pipeline.token}").headers["set-cookie"].split(";")[0]
        pipeline.embedded.kill()
        time.sleep(1.0)
        pipeline.embedded.start()
        assert moving(frames).seq > last.seq
    eventually("signed in", lambda: get(pipeline.port, "/api/v1/cameras", Cookie=cookie).status == 200)


def test_the_feed_goes_on_when_capture_is_started_again_and_counts_from_one(pipeline: Pipeline) -> None:
    pipeline.start("services.web")
    pipeline.start("services.inference")
    capture = pipeline.start("services.capture")
    with pipeline.feed() as feed:
        frames = feed.frames()
        last = moving(frames)
        capture.kill()
        pipeline.start("services.capture")
        first = next(frames)
        while first.seq > last.seq:  # what was still on its way
            first = next(frames)
        moving(frames)


def test_a_service_that_started_before_its_broker_works_when_that_comes(pipeline: Pipeline) -> None:
    pipeline.embedded.kill()
    pipeline.start_all()
    eventually("capture says it", lambda: "cannot be reached" in pipeline.services[0].text())
    pipeline.embedded.start()
    with pipeline.feed() as feed:
        moving(feed.frames())
    assert pipeline.services[0].text().count("cannot be reached") == 1


def test_the_account_holds_while_slow_workers_are_killed_and_frozen_at_random(pipeline: Pipeline) -> None:
    pipeline.start("services.capture", MIEN_MODE="always")
    chance = random.Random(11)
    workers = [slow_worker(pipeline) for _ in range(3)]
    eventually("a result", lambda: account(pipeline).published)
    end = time.monotonic() + WALK_S
    samples = []
    while time.monotonic() < end:
        disturb(pipeline, workers, chance)
        samples.append(books(pipeline.broker, "cam1"))
        time.sleep(0.25)
    assert [sample.difference for sample, _ in samples] == [0] * len(samples)
    assert [(sample.pending, sample.waiting) for sample, _ in samples] == [state for _, state in samples]
    for worker in workers:
        worker.signal(signal.SIGCONT)
    eventually("something was abandoned", lambda: account(pipeline).lost[Cause.ABANDONED])
    assert account(pipeline).difference == 0


def test_a_worker_that_is_told_to_stop_finishes_its_frame(pipeline: Pipeline) -> None:
    pipeline.start("services.capture", MIEN_MODE="always")
    worker = slow_worker(pipeline)
    eventually("a result", lambda: account(pipeline).published)
    eventually("a frame in hand", lambda: account(pipeline).pending)
    assert worker.stop() == 0
    assert account(pipeline).pending == 0


def slow_worker(pipeline: Pipeline) -> Service:
    return pipeline.start("tests.slow_worker", "200")


def disturb(pipeline: Pipeline, workers: list[Service], chance: random.Random) -> None:
    place = chance.randrange(len(workers))
    what = chance.choice([signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT, signal.SIGCONT, None])
    if what is None:
        return
    workers[place].signal(what)
    if what is signal.SIGKILL:
        workers[place].process.wait()
        workers[place] = slow_worker(pipeline)


def account(pipeline: Pipeline) -> Account:
    return read_account(pipeline.broker, "cam1")


def moving(frames: Iterator[Part]) -> Part:
    """Return the last of a few frames whose numbers rise; placeholders between them don't count."""
    seen = [next(frames) for _ in range(10)]
    seqs = [part.seq for part in seen]
    assert seqs == sorted(set(seqs)), seqs
    return seen[-1]
