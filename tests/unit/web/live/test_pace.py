from services.web.live.pace import Pace


def test_the_first_may_go_at_once_and_the_next_after_its_time() -> None:
    pace = Pace(10, now=5.0)
    assert pace.wait_s(5.0) == 0
    pace.went(5.0)
    assert round(pace.wait_s(5.03), 6) == 0.07


def test_one_that_goes_a_little_late_costs_no_rate() -> None:
    pace = Pace(10, now=0.0)
    for n in range(100):
        pace.went(n / 10 + 0.03)
    assert round(pace.due, 6) == 10.0


def test_a_long_wait_is_not_made_up_for() -> None:
    pace = Pace(10, now=0.0)
    pace.went(60.0)
    assert pace.wait_s(60.0) > 0


def test_where_there_was_nothing_to_send_it_is_asked_again_soon() -> None:
    pace = Pace(4, now=0.0)
    pace.nothing_to_send(1.0)
    assert round(pace.wait_s(1.0), 6) == 0.0625
