import pytest

from benchmarks.figures import Summary, percentile, summary


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == pytest.approx(2.5)
    assert percentile([float(n) for n in range(101)], 95) == pytest.approx(95)


def test_a_percentile_is_none_that_nobody_measured() -> None:
    assert percentile([10.0, 20.0], 95) <= 20.0
    assert percentile([7.0], 5) == 7.0


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 101), ([1.0], -1)])
def test_what_has_no_percentile_is_refused(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match=rf"^no {percent}th percentile of {len(values)} values$"):
        percentile(values, percent)


def test_a_summary_is_rounded() -> None:
    assert summary([1.0, 2.0, 6.0004], digits=2) == Summary(n=3, mean=3.0, p50=2.0, p95=5.6, most=6.0)


def test_nothing_is_not_summed_up() -> None:
    with pytest.raises(ValueError, match="no values to sum up"):
        summary([])
