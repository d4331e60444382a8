import random
from collections.abc import Iterator

import pytest

from services.analysis.ordering import Done, in_order
from shared.errors import AnalysisError
from shared.recorded import RecordedResult
from tests.made_recordings import result


def test_frames_get_back_the_order_of_the_video() -> None:
    indices = list(range(0, 300, 3))
    random.Random(1).shuffle(indices)
    found = in_order((result(index, index) for index in indices), every=3)
    assert [one.index for one in found] == list(range(0, 300, 3))


def test_a_frame_is_passed_on_as_soon_as_all_before_it_are_there() -> None:
    asked = []

    def results() -> Iterator[RecordedResult]:
        for index in (0, 2, 1, 3):
            asked.append(index)
            yield result(index, index)

    found = in_order(results(), every=1)
    assert next(found).index == 0
    assert asked == [0]
    assert next(found).index == 1
    assert asked == [0, 2, 1]


def test_of_a_frame_that_is_there_twice_the_first_counts() -> None:
    results = [result(0, 0), result(2, 2), result(0, 0, failure="failed"), result(1, 1), result(2, 9)]
    assert [(one.index, one.t, one.failure) for one in in_order(results, 1)] == [
        (0, 0, ""),
        (1, 1, ""),
        (2, 2, ""),
    ]


def test_a_frame_that_is_missing_is_named() -> None:
    with pytest.raises(AnalysisError, match="frame 4 has no result, and 2 frames after it have one"):
        list(in_order([result(index, index) for index in (0, 2, 6, 8)], every=2))


def test_what_is_done_is_counted_once() -> None:
    done = Done(every=2)
    assert [done.add(index) for index in (0, 4, 4, 0, 2)] == [True, True, False, False, True]
    assert (done.next, done.count, done.is_whole) == (6, 3, True)
    done.add(8)
    assert (done.next, done.count, done.is_whole) == (6, 4, False)
