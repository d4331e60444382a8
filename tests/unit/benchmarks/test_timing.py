import pytest

from benchmarks.timing import Times, cost, cost_of


def test_each_item_is_measured_and_the_first_warms_up() -> None:
    done: list[str] = []
    cost = cost_of(done.append, ["a", "b"])
    assert done == ["a", "a", "b"]
    assert (cost.wall_ms.n, cost.cpu_ms.n) == (2, 2)


def test_the_outcome_of_the_work_comes_back() -> None:
    times = Times()
    assert times.measure(str.upper, "a") == "A"
    assert len(times.wall_ms) == len(times.cpu_ms) == 1


def test_what_was_never_done_has_no_cost() -> None:
    with pytest.raises(ValueError, match="no values to sum up"):
        cost(Times())
