"""Two people walk past each other, in front of one worker and of several whose speeds differ."""

import numpy as np
import pytest

from tests.made_people import Person, Sight, followed, ids_of, walking

ONE_WORKER = [0.02]
ONE_SLOW_WORKER = [0.12]
THREE_WORKERS = [0.02, 0.05, 0.11]


def crossing(speed: float, near: float = 90.0, far: float = 80.0) -> list[Person]:
    return [walking(near, (120, 240), (speed, 0)), walking(far, (520, 250), (-speed, 0))]


@pytest.mark.parametrize("work_s", [ONE_WORKER, ONE_SLOW_WORKER, THREE_WORKERS])
@pytest.mark.parametrize("speed", [60, 150, 250])
@pytest.mark.parametrize("seed", range(3))
def test_who_cross_keep_their_ids_from_end_to_end(work_s: list[float], speed: float, seed: int) -> None:
    people = crossing(speed)
    sight = Sight(people, rng=np.random.default_rng(seed))
    results = list(followed(sight.observe, seconds=400 / speed, fps=30, work_s=work_s))
    assert ids_of(people, results) in ([{1}, {2}], [{2}, {1}])


@pytest.mark.parametrize("work_s", [ONE_WORKER, THREE_WORKERS])
def test_nearly_all_that_is_detected_is_shown(work_s: list[float]) -> None:
    people = crossing(100)
    sight = Sight(people, missed=0.0)
    results = list(followed(sight.observe, seconds=1.0, fps=30, work_s=work_s))
    assert sum(len(faces) for _, faces in results) >= 0.98 * 2 * len(results)


def test_many_stand_still_and_keep_their_ids() -> None:
    people = [walking(50, (60 + 90 * (i % 7), 60 + 120 * (i // 7)), (0, 0)) for i in range(21)]
    results = list(followed(Sight(people).observe, seconds=3, fps=10, work_s=THREE_WORKERS))
    assert all(len(ids) == 1 for ids in ids_of(people, results))


def test_one_who_comes_back_after_a_moment_behind_somebody_keeps_their_id() -> None:
    people = [walking(110, (320, 240), (0, 0)), walking(80, (120, 240), (130, 0))]
    results = list(followed(Sight(people).observe, seconds=3, fps=30, work_s=ONE_WORKER))
    assert [len(ids) for ids in ids_of(people, results)] == [1, 1]


def test_workers_who_write_at_the_same_time_lose_no_face() -> None:
    people = crossing(50)
    sight = Sight(people, missed=0.0)
    results = list(followed(sight.observe, seconds=4, fps=30, work_s=[0.1, 0.1, 0.1, 0.1]))
    assert len(results) > 100
    assert sorted(len(ids) for ids in ids_of(people, results)) == [1, 1]
