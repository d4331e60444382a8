from services.inference.series import KEPT_S, CameraSeries


def test_the_series_of_a_camera_end_a_while_after_it_has_left() -> None:
    removed: list[str] = []
    series = CameraSeries(removed.append)
    series.seen(["cam1", "browser-a"], 0.0)
    series.seen(["cam1"], KEPT_S)
    assert removed == []
    series.seen(["cam1"], KEPT_S + 1)
    series.seen(["cam1"], 3 * KEPT_S)
    assert removed == ["browser-a"]


def test_one_that_comes_back_in_time_keeps_them() -> None:
    removed: list[str] = []
    series = CameraSeries(removed.append)
    for at in (0.0, KEPT_S, 2 * KEPT_S):
        series.seen(["cam1"], at)
    assert removed == []
