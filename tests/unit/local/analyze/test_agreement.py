import pytest

from services.local.analyze.agreement import agreed, check_agreed
from shared.errors import SettingsError
from shared.registry import Worker

MODEL = {"model_sha256": "abc", "labels": "ferplus"}


def worker(name: str = "w1", /, **depends_on: str) -> Worker:
    return Worker(name, "host", 1.0, 1, None, depends_on)


def test_workers_that_agree_say_what_results_depend_on() -> None:
    assert agreed([worker(**MODEL), worker(**MODEL)], None) == MODEL


def test_more_is_known_of_our_own_and_they_must_agree_as_well() -> None:
    own = {**MODEL, "model_version": "1"}
    assert agreed([], own) == own
    assert agreed([worker(**MODEL)], own) == own
    with pytest.raises(SettingsError, match=r"labels: fer2013 \(those of --workers\), ferplus \(w1\)"):
        agreed([worker(**MODEL)], {**own, "labels": "fer2013"})


def test_workers_that_do_not_agree_are_refused_and_in_what_and_who_is_named() -> None:
    with pytest.raises(SettingsError, match=r"do not agree in labels: fer2013 \(w2\), ferplus \(w1\)"):
        agreed([worker(**MODEL), worker("w2", **{**MODEL, "labels": "fer2013"})], None)


def test_where_nobody_is_there_that_is_said() -> None:
    with pytest.raises(SettingsError, match="no worker is at the broker"):
        agreed([], None)


def test_a_worker_that_comes_with_another_model_is_named() -> None:
    check_agreed([worker(**MODEL), worker(**MODEL, detector="cascade")], MODEL)
    with pytest.raises(SettingsError, match="worker w1 came with another labels: fer2013, not ferplus"):
        check_agreed([worker(**MODEL), worker(**{**MODEL, "labels": "fer2013"})], MODEL)
    with pytest.raises(SettingsError, match="another model_sha256: not said, not abc"):
        check_agreed([worker(labels="ferplus")], MODEL)
