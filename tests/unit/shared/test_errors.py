import inspect

import pytest

from shared import errors

NAMED = [value for value in vars(errors).values() if inspect.isclass(value)]


@pytest.mark.parametrize("error", NAMED)
def test_every_error_derives_from_one_base(error: type[Exception]) -> None:
    assert issubclass(error, errors.MienError)


@pytest.mark.parametrize("error", NAMED)
def test_every_error_is_in_the_tree_at_the_top(error: type[Exception]) -> None:
    assert errors.__doc__ is not None
    assert error.__name__ in errors.__doc__


@pytest.mark.parametrize("error", [error for error in NAMED if error is not errors.MienError])
def test_every_error_says_when_it_is_raised(error: type[Exception]) -> None:
    assert error.__doc__ is not None
    assert error.__doc__.startswith("Raised when ")


def test_a_broker_that_refuses_is_not_one_that_is_away() -> None:
    assert not issubclass(errors.BrokerRefused, errors.BrokerUnreachable)
    assert issubclass(errors.BrokerRefused, errors.BrokerError)
