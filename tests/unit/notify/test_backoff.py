from services.notify.backoff import FIRST_S, LONGEST_S, Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(chance=lambda: 1.0)
    pauses = [backoff.pause() for _ in range(10)]
    assert pauses[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert pauses[-1] == LONGEST_S


def test_chance_takes_up_to_half_of_a_pause() -> None:
    assert Backoff(chance=lambda: 0.0).pause() == FIRST_S / 2


def test_a_receiver_may_ask_for_a_longer_pause_within_reason() -> None:
    backoff = Backoff()
    assert backoff.pause(10) == 10
    assert backoff.pause(3600) == LONGEST_S


def test_after_a_try_that_succeeded_pauses_begin_again() -> None:
    backoff = Backoff(chance=lambda: 1.0)
    for _ in range(5):
        backoff.pause()
    backoff.reset()
    assert backoff.pause() == FIRST_S
