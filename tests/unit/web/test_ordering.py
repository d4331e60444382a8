import random

from services.web.ordering import ORDER_RESTARTS_AFTER_S, Account, Ordering
from tests.unit.web.fakes import Clock, result


def ordering() -> tuple[Ordering, Account, Clock]:
    account, clock = Account(), Clock()
    return Ordering(account, clock), account, clock


def balanced(account: Account) -> bool:
    return account.read == account.shown + account.late + account.trimmed


def test_results_in_order_are_all_shown() -> None:
    order, account, _ = ordering()
    shown = [order.take([result(frame)]) for frame in (1, 2, 3)]
    assert [one.seq for one in shown if one] == [1, 2, 3]
    assert account == Account(read=3, shown=3)


def test_a_result_older_than_one_that_was_shown_is_late() -> None:
    order, account, _ = ordering()
    order.take([result(5, n=1)])
    assert order.take([result(4, n=2)]) is None
    assert account == Account(read=2, shown=1, late=1)


def test_of_a_batch_the_newest_frame_is_shown_whatever_its_place() -> None:
    order, account, _ = ordering()
    shown = order.take([result(2, n=1), result(9, n=2), result(4, n=3)])
    assert shown is not None
    assert shown.seq == 9
    assert account == Account(read=3, shown=1, late=2)


def test_a_gap_in_the_numbers_is_counted_as_trimmed() -> None:
    order, account, _ = ordering()
    order.take([result(1)])
    order.take([result(8)])
    assert account == Account(read=8, shown=2, trimmed=6)


def test_what_was_published_before_the_first_result_is_not_trimmed() -> None:
    order, account, _ = ordering()
    order.take([result(100)])
    assert account == Account(read=1, shown=1)


def test_numbers_that_start_again_are_a_new_life_and_not_a_loss() -> None:
    order, account, _ = ordering()
    order.take([result(100, n=50)])
    order.take([result(200, n=3)])
    assert account == Account(read=2, shown=2)


def test_after_a_new_beginning_a_lower_frame_is_shown_and_a_higher_number_is_no_loss() -> None:
    order, account, _ = ordering()
    order.take([result(100, n=50)])
    order.begin()
    assert order.take([result(7, n=80)]) is not None
    assert account == Account(read=2, shown=2)


def test_an_undecodable_result_is_counted_and_does_not_look_trimmed() -> None:
    order, account, _ = ordering()
    order.take([result(1)])
    order.take([None, result(3)])
    assert account == Account(read=2, shown=2, undecodable=1)


def test_ids_are_compared_as_numbers() -> None:
    order, _, _ = ordering()
    order.take([result(9)])
    assert order.take([result(10)]) is not None


def test_when_all_is_late_for_long_the_order_has_begun_again() -> None:
    order, account, clock = ordering()
    order.take([result(100, n=1)])
    assert order.take([result(5, n=2)]) is None
    clock.move(ORDER_RESTARTS_AFTER_S + 1)
    assert order.take([result(6, n=3)]) is not None
    assert balanced(account)


def test_the_account_balances_whatever_comes() -> None:
    rng = random.Random(7)
    order, account, clock = ordering()
    n = 0
    for _ in range(2000):
        n = rng.choice([n, n, n, n + rng.randrange(5), 0])
        batch = []
        for _ in range(rng.randrange(1, 4)):
            n += 1
            batch.append(None if rng.random() < 0.05 else result(max(1, n + rng.randrange(-3, 4)), n=n))
        clock.move(rng.random())
        order.take(batch)
        assert balanced(account)
    assert min(account.shown, account.late, account.trimmed, account.undecodable) > 0
