from dataclasses import replace

import pytest

from shared.delivery import RecordingAccount, RecordingLimits

ACCOUNT = RecordingAccount(
    captured=10, published=4, failed=1, undecodable=1, pending=1, waiting=3, uncollected=2, ended=None
)


def test_an_account_in_which_every_frame_is_somewhere_has_no_difference() -> None:
    assert ACCOUNT.difference == 0


def test_a_frame_that_is_nowhere_is_a_difference() -> None:
    assert replace(ACCOUNT, waiting=2).difference == 1


@pytest.mark.parametrize(
    ("pending", "waiting", "uncollected", "ended", "done"),
    [
        (0, 0, 0, 10, True),
        (1, 0, 0, 10, False),
        (0, 1, 0, 10, False),
        (0, 0, 1, 10, False),
        (0, 0, 0, None, False),
    ],
)
def test_a_recording_is_done_when_nothing_of_it_is_left_to_do(
    pending: int, waiting: int, uncollected: int, ended: int | None, done: bool
) -> None:
    account = RecordingAccount(
        captured=10,
        published=10,
        failed=0,
        undecodable=0,
        pending=pending,
        waiting=waiting,
        uncollected=uncollected,
        ended=ended,
    )
    assert account.is_done is done


def test_a_frame_is_claimed_long_before_the_recording_expires() -> None:
    limits = RecordingLimits()
    assert limits.pending_ms * limits.tries < limits.lifetime_ms
