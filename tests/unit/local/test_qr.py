import pytest

from services.local.qr import NO_NETWORK, code, reachable


def address() -> str:
    return "192.0.2.7"


def nowhere() -> str:
    raise OSError("Network is unreachable")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_phone_is_sent_to_this_machine_s_address_in_the_network(host: str) -> None:
    assert reachable(f"https://{host}:8000/?token=abc", address) == "https://192.0.2.7:8000/?token=abc"


def test_a_name_that_others_know_stays() -> None:
    assert (
        reachable("https://mien.example:8000/?token=abc", address) == "https://mien.example:8000/?token=abc"
    )


def test_the_code_is_drawn_and_the_address_under_it_shows_no_token() -> None:
    drawn = code("https://localhost:8000/?token=abc", address)
    assert "█" in drawn
    assert drawn.endswith("https://192.0.2.7:8000/, with the token in the code")
    assert "abc" not in drawn


def test_without_a_network_it_says_so() -> None:
    assert code("https://localhost:8000/?token=abc", nowhere) == NO_NETWORK
