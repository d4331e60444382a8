from shared.streams import Limits


def test_a_frame_that_nobody_comes_for_is_given_up_before_it_vanishes() -> None:
    limits = Limits()
    assert limits.pending_ms < limits.waiting_ms < limits.lifetime_ms
