from services.web.history.summing import Total, resummed
from shared.history import SECOND_NS
from tests.unit.web.history.past import START, sums


def test_longer_periods_are_the_sums_of_shorter_ones() -> None:
    rows = [sums(0, happy=8), sums(4, happy=2, unsure=1), sums(5, sad=3)]
    first, second = resummed(rows, 5)
    assert (first.t, first.frames, first.faces) == (START, 20, 11)
    assert first.counts == {"happy": 10, "unsure": 1}
    assert first.scores["happy"] == 0.7 * 10
    assert (second.t, second.counts) == (START + 5 * SECOND_NS, {"sad": 3})


def test_periods_in_which_nothing_was_read_have_no_row() -> None:
    assert [row.t - START for row in resummed([sums(0), sums(100)], 10)] == [0, 100 * SECOND_NS]


def test_nothing_sums_up_to_nothing() -> None:
    assert list(resummed([], 10)) == []
    assert Total().sums(0).frames == 0
