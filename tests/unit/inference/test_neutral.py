import pytest

from services.inference.neutral import FAILED_S, LEAST, LONGER_S, asked, corrected, learned, state
from services.inference.tracks import Rest, Seven
from shared.entities import EXPRESSIONS, NEUTRAL_STATES

T = 1_700_000_000_000_000_000
UNTIL = T + 5_000_000_000
LATER = UNTIL + 1
RESTS_AS_SAD: Seven = (0.04, 0.01, 0.05, 0.02, 0.6, 0.02, 0.26)
SMILE: Seven = (0.01, 0.005, 0.01, 0.86, 0.03, 0.035, 0.05)


def taught(scores: Seven, times: int = 100) -> Rest:
    rest = asked(Rest(), UNTIL, T)
    for n in range(times):
        rest = learned(rest, scores, T + n)
    return rest


def best(scores: Seven) -> str:
    return EXPRESSIONS[max(range(7), key=scores.__getitem__)]


def test_a_face_that_rests_as_sad_reads_neutral_afterwards() -> None:
    scores = corrected(taught(RESTS_AS_SAD), RESTS_AS_SAD, LATER)
    assert best(scores) == "neutral"
    assert max(scores) > 0.7
    assert sum(scores) == pytest.approx(1)


def test_its_clear_smile_still_reads_happy() -> None:
    scores = corrected(taught(RESTS_AS_SAD), SMILE, LATER)
    assert best(scores) == "happy"
    assert max(scores) > 0.7


def test_its_clear_sadness_is_not_hidden() -> None:
    assert best(corrected(taught(RESTS_AS_SAD), (0.0, 0.0, 0.01, 0.0, 0.985, 0.0, 0.005), LATER)) == "sad"


def test_a_face_that_rests_as_neutral_reads_as_before() -> None:
    neutral: Seven = (0.02, 0.0, 0.01, 0.02, 0.03, 0.02, 0.9)
    assert corrected(taught(neutral), SMILE, LATER) == pytest.approx(SMILE, abs=0.02)


def test_what_a_resting_face_never_shows_is_not_raised() -> None:
    rest = taught((0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    assert corrected(rest, (0.1, 0.0, 0.0, 0.5, 0.4, 0.0, 0.0), LATER)[0] < 0.2


def test_nothing_is_corrected_while_it_is_learned() -> None:
    assert corrected(taught(RESTS_AS_SAD), RESTS_AS_SAD, UNTIL) == RESTS_AS_SAD


def test_too_few_pictures_correct_nothing() -> None:
    assert corrected(taught(RESTS_AS_SAD, LEAST - 1), RESTS_AS_SAD, LATER) == RESTS_AS_SAD


def test_nothing_is_learned_after_the_time() -> None:
    rest = taught(RESTS_AS_SAD)
    assert learned(rest, SMILE, LATER) == rest


def test_the_same_command_does_not_begin_anew() -> None:
    rest = taught(RESTS_AS_SAD)
    assert asked(rest, UNTIL, T) == rest
    assert asked(rest, None, T) == rest


def test_a_later_command_begins_anew() -> None:
    assert asked(taught(RESTS_AS_SAD), UNTIL + 9, T) == Rest(UNTIL + 9)


def test_its_state_is_told() -> None:
    rest = taught(RESTS_AS_SAD)
    assert [state(Rest(), T), state(rest, T), state(rest, LATER)] == [None, "learning", "own"]


def seconds(n: float) -> int:
    return UNTIL + round(n * 1_000_000_000)


def test_where_too_few_pictures_could_be_read_some_are_waited_for() -> None:
    rest = taught(RESTS_AS_SAD, LEAST - 1)
    assert state(rest, seconds(LONGER_S)) == "learning"
    rest = learned(rest, RESTS_AS_SAD, seconds(LONGER_S))
    assert state(rest, seconds(LONGER_S)) == "own"
    assert learned(rest, SMILE, seconds(LONGER_S)) == rest


def test_that_it_could_not_be_learned_is_told_for_a_while() -> None:
    rest = taught(RESTS_AS_SAD, LEAST - 1)
    times = (LONGER_S + 0.1, LONGER_S + FAILED_S, LONGER_S + FAILED_S + 0.1)
    assert [state(rest, seconds(n)) for n in times] == ["failed", "failed", None]
    assert learned(rest, RESTS_AS_SAD, seconds(LONGER_S + 0.1)) == rest
    assert {"learning", "own", "failed"} == set(NEUTRAL_STATES)


def test_nobody_can_ask_to_learn_for_ever() -> None:
    assert asked(Rest(), 2**62, T) == Rest()


def test_a_picture_that_stands_alone_learns_nothing() -> None:
    assert state(Rest(), 0) is None
