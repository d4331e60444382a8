import pytest

from services.web.address import address, sign_in_address


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_address_is_one_that_a_browser_on_this_machine_opens(host: str, expected: str) -> None:
    assert address(host, 8000) == expected


def test_a_token_with_signs_that_mean_something_in_an_address_is_quoted() -> None:
    assert (
        sign_in_address("127.0.0.1", 8000, "a&b#c/d+e%")
        == "http://127.0.0.1:8000/?token=a%26b%23c%2Fd%2Be%25"
    )
