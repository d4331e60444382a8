import pytest

from benchmarks.figures import summary
from benchmarks.pipeline import NoMeasurement
from benchmarks.scaling import ceiling_fps, compare
from benchmarks.traffic import Traffic, Usage


def run(workers: int, fps: float, worker_ms: float, **cores: float) -> Traffic:
    a_frame = {f"inference {n}": worker_ms / workers for n in range(1, workers + 1)}
    used = Usage(10.0, 60.0, fps, {}, {**a_frame, "web": 2.0}, worker_ms + 2, cores)
    return Traffic("60 fps, blurred", workers, fps, summary([50.0]), "headers", used)


def test_the_ceiling_is_the_time_that_the_others_leave() -> None:
    assert ceiling_fps(2, 0.5, 50) == pytest.approx(30)
    assert ceiling_fps(2, 3.0, 50) == 0


def test_two_workers_are_held_against_twice_one_where_the_cores_allow_it() -> None:
    two = run(2, 36, 50, capture=0.1, web=0.1, viewer=0.1, **{"inference 1": 0.9, "inference 2": 0.9})
    result = compare(run(1, 20, 50), two, cores=4)
    assert result.ceiling_fps == pytest.approx(74)
    assert result.share_of_twice == result.share_of_reachable == pytest.approx(0.9)


def test_two_workers_are_held_against_the_ceiling_where_the_cores_do_not() -> None:
    two = run(2, 27, 50, capture=0.3, web=0.1, viewer=0.1, **{"inference 1": 0.7, "inference 2": 0.7})
    result = compare(run(1, 20, 50), two, cores=2)
    assert result.ceiling_fps == pytest.approx(30)
    assert result.share_of_twice == pytest.approx(0.675)
    assert result.share_of_reachable == pytest.approx(0.9)


def test_what_has_nothing_to_do_with_the_pipeline_does_not_lower_the_ceiling() -> None:
    disturbed = run(2, 20, 50, web=0.5, elsewhere=1.0)
    assert compare(run(1, 20, 50), disturbed, cores=2).ceiling_fps == pytest.approx(30)


@pytest.mark.parametrize("nothing", [run(1, 0, 50), run(1, 20, 0)])
def test_a_worker_that_did_nothing_is_no_measurement(nothing: Traffic) -> None:
    with pytest.raises(NoMeasurement, match="too little"):
        compare(nothing, run(2, 20, 50), cores=2)


def test_where_the_others_leave_no_time_there_is_nothing_to_compare_with() -> None:
    two = run(2, 20, 50, capture=0.5, web=0.6)
    with pytest.raises(NoMeasurement, match="two workers had no time"):
        compare(run(1, 20, 50), two, cores=1)
