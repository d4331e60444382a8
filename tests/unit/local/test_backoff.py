from services.local.backoff import FIRST_PAUSE_S, LONGEST_PAUSE_S, RAN_WELL_S, Backoff


def test_pauses_double_from_death_to_death() -> None:
    backoff = Backoff()
    assert [backoff.pause(0.1) for _ in range(4)] == [0.2, 0.4, 0.8, 1.6]


def test_no_pause_is_longer_than_the_longest() -> None:
    backoff = Backoff()
    assert [backoff.pause(0.1) for _ in range(10)][-1] == LONGEST_PAUSE_S


def test_pauses_begin_again_after_a_good_run() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.pause(0.1)
    assert backoff.pause(RAN_WELL_S) == FIRST_PAUSE_S
    assert backoff.pause(0.1) == 2 * FIRST_PAUSE_S
