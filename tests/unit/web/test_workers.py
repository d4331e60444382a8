import pytest

from services.web.workers import LONGEST_LABEL, label, row
from shared.registry import Worker


@pytest.mark.parametrize(
    ("worker", "host", "short"),
    [
        ("inference-attic-17-ab12", "attic", "17-ab12"),
        ("inference-my-host.example-17-ab12", "my-host.example", "17-ab12"),
        ("w1", "attic", "w1"),
        ("inference-attic-", "attic", "inference-attic-"),
    ],
)
def test_a_label_is_what_tells_workers_of_one_host_apart(worker: str, host: str, short: str) -> None:
    assert label(Worker(worker, host, 1.0, 1)) == short


def test_a_long_id_of_another_form_is_cut_at_its_start() -> None:
    short = label(Worker("x" * 40 + "-the-end", "attic", 1.0, 1))
    assert len(short) == LONGEST_LABEL
    assert short.startswith("…x")
    assert short.endswith("-the-end")


@pytest.mark.parametrize(("age_ms", "silent"), [(0, False), (5_000, False), (5_001, True)])
def test_a_worker_is_silent_when_its_heartbeat_is_older_than_five_seconds(age_ms: int, silent: bool) -> None:
    assert row(Worker("w1", "attic", 1.0, age_ms)).silent is silent
