from benchmarks.goals import verdicts
from tests.unit.benchmarks.results import processor, results, run, scaling, viewers


def test_every_goal_is_held_against_its_figure() -> None:
    met = {verdict.name: (verdict.measured, verdict.met) for verdict in verdicts(results()["parts"])}
    assert met == {
        "processor: mean CPU of a frame": (7.0, True),
        "processor: 95th percentile": (20.0, True),
        "original loop / processor": (16.0, True),
        "with CenterFace / with the cascade": (1.2, True),
        "capture decoding / passing on, each size": (9.0, True),
        "live, all processes: CPU of a frame": (13.5, True),
        "two workers, of what they can reach": (0.94, True),
        "recording, two workers, of what they can reach": (0.955, True),
        "most viewers: median rate / a single viewer's": (1.0, True),
        "most viewers: web": (0.08, True),
        "most viewers: list of cameras, p95": (20.0, True),
        "most viewers: readers of the broker": (1.0, True),
        "one that stops reading: others' rate": (0.007, True),
        "one that stops reading: dropped within": (6.5, True),
    }


def test_a_goal_that_is_missed_is_missed() -> None:
    parts = {
        "processor": {**processor(), "ratio": 11.9, "centerface_ratio": None},
        "capture": {"rows": [{"ratio": 4.9}, {"ratio": 17.0}]},
        "pipeline": {"runs": [run(1, "demo:", 9.0), run(1, in_all=14.1)]},
        "scaling": {**scaling(), "share_of_reachable": 0.89},
    }
    missed = [verdict.name for verdict in verdicts(parts) if not verdict.met]
    assert missed == [
        "original loop / processor",
        "capture decoding / passing on, each size",
        "live, all processes: CPU of a frame",
        "two workers, of what they can reach",
    ]


def test_a_viewer_that_was_never_dropped_is_a_goal_that_is_missed() -> None:
    part = viewers()
    part["stopped"]["slowest_drop_s"] = None
    missed = [verdict.name for verdict in verdicts({"viewers": part}) if not verdict.met]
    assert missed == ["one that stops reading: dropped within"]


def test_what_was_not_measured_has_no_verdict() -> None:
    assert list(verdicts({"processor": {"failed": "no model"}, "pipeline": {"runs": []}})) == []
