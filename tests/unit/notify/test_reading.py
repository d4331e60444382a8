import pytest

from services.notify.reading import BLOCK_MS, Reading
from shared.entries import entry_order
from shared.streams import Entry


class FakeResults:
    """A stream of entries in memory."""

    def __init__(self, *ids: str) -> None:
        self.entries = [Entry(one, {}) for one in ids]

    def newest_result(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        assert block_ms == BLOCK_MS
        return [entry for entry in self.entries if entry_order(entry.id) > entry_order(last_id)]


def ids(reading: Reading) -> list[str]:
    return [entry.id for entry in reading.entries()]


def test_each_entry_is_read_once() -> None:
    results = FakeResults("1-0", "2-0")
    reading = Reading(results)
    assert ids(reading) == ["1-0", "2-0"]
    results.entries.append(Entry("3-0", {}))
    assert ids(reading) == ["3-0"]
    assert ids(reading) == []


@pytest.mark.parametrize("newest", ["2-0", "2-7"])
def test_it_can_begin_with_the_newest_and_with_the_oldest(newest: str) -> None:
    reading = Reading(FakeResults("1-0", newest))
    reading.begin(oldest=False)
    assert ids(reading) == [newest]
    reading.begin(oldest=True)
    assert ids(reading) == ["1-0", newest]


def test_without_entries_it_begins_with_the_first_to_come() -> None:
    results = FakeResults()
    reading = Reading(results)
    reading.begin(oldest=False)
    results.entries.append(Entry("1-0", {}))
    assert ids(reading) == ["1-0"]


def test_a_stream_whose_newest_is_before_the_last_one_has_begun_again() -> None:
    results = FakeResults("5-0")
    reading = Reading(results)
    reading.entries()
    assert not reading.has_begun_again()
    results.entries = []
    assert not reading.has_begun_again()
    results.entries = [Entry("3-0", {})]
    assert reading.has_begun_again()
