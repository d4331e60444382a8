import time

import pytest
from itsdangerous import TimestampSigner

from services.web.access import COOKIE_LIFETIME_S, Access


def test_only_the_token_is_the_token() -> None:
    access = Access("right")
    assert access.is_token("right")
    assert not access.is_token("wrong")
    assert not access.is_token("")
    assert not access.is_token("rïght")


def test_a_cookie_is_taken_by_another_process_with_the_same_token() -> None:
    assert Access("right").is_cookie(Access("right").new_cookie())


def test_a_cookie_of_another_token_is_not_taken() -> None:
    assert not Access("right").is_cookie(Access("old").new_cookie())


@pytest.mark.parametrize("value", ["", "signed-in", "signed-in.x.y", "ü"])
def test_a_cookie_that_was_not_signed_is_not_taken(value: str) -> None:
    assert not Access("right").is_cookie(value)


def test_a_cookie_that_is_too_old_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access("right")
    cookie = access.new_cookie()
    later = int(time.time()) + COOKIE_LIFETIME_S + 10
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: later)
    assert not access.is_cookie(cookie)


def test_two_deployments_on_a_host_have_cookies_of_different_names() -> None:
    assert Access("one").cookie_name != Access("two").cookie_name
    assert Access("one").cookie_name == Access("one").cookie_name


def test_neither_the_cookie_nor_its_name_holds_the_token() -> None:
    access = Access("right")
    assert "right" not in access.cookie_name + access.new_cookie()


def test_under_https_the_cookie_has_another_name_that_no_page_of_http_can_take() -> None:
    plain, secure = Access("right").cookie_name, Access("right", secure=True).cookie_name
    assert secure == f"__Host-{plain}"
