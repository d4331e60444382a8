from benchmarks.viewers import Report, StoppedReport


def report(*dropped: float | None) -> StoppedReport:
    return StoppedReport(others=20, pairs=[(15.0, 14.7)], change=0.02, dropped_after_s=dropped)


def test_the_last_one_that_was_dropped_counts() -> None:
    assert report(6.1, 7.5, 6.4).slowest_drop_s == 7.5


def test_one_that_was_never_dropped_is_told_so_that_json_can_say_it() -> None:
    assert report(6.1, None).slowest_drop_s == float("inf")
    assert Report([], report(6.1, None)).found()["stopped"]["slowest_drop_s"] is None
    assert Report([], report(6.1, 6.2)).found()["stopped"]["slowest_drop_s"] == 6.2
