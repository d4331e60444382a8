"""Answers to a camera's challenge, beside those of the RFCs."""

import pytest

from services.capture.sources import login
from services.capture.sources.login import Login, refusal, split_login, why

MUFASA = Login("Mufasa", "Circle of Life")
BOTH = (
    ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    (
        "MD5",
        "8ca523f5e9506fed4657c9700eebdbec",
    ),
)


@pytest.mark.parametrize(("algorithm", "response"), BOTH)
def test_a_digest_is_that_of_rfc_7616s_example(
    monkeypatch: pytest.MonkeyPatch, algorithm: str, response: str
) -> None:
    monkeypatch.setattr(login, "token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )

    given = MUFASA.answer([challenge], "GET", "/dir/index.html")

    assert given is not None
    assert f'response="{response}"' in given
    assert 'opaque="FQhe' in given
    assert "qop=auth, nc=00000001" in given


def test_a_digest_without_quality_of_protection_is_that_of_rfc_2617() -> None:
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'

    given = Login("Mufasa", "Circle Of Life").answer([challenge], "GET", "/dir/index.html")

    assert given is not None
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in given
    assert "nc=" not in given


BASIC, MD5, SHA = 'Basic realm="x"', 'Digest realm="x", nonce="n"', 'Digest realm="x", algorithm=SHA-256'


@pytest.mark.parametrize("challenges", [[BASIC, MD5, SHA], [SHA, BASIC], [f"{BASIC}, {MD5}, {SHA}"]])
def test_the_strongest_challenge_is_answered_wherever_it_stands(challenges: list[str]) -> None:
    given = MUFASA.answer(challenges, "GET", "/")

    assert given is not None
    assert given.startswith("Digest ")
    assert "algorithm=SHA-256" in given


def test_a_digest_goes_before_the_password_itself() -> None:
    given = MUFASA.answer([BASIC, MD5], "GET", "/")

    assert given is not None
    assert given.startswith("Digest ")


def test_only_a_challenge_of_a_kind_that_is_known_is_answered() -> None:
    given = Login("Aladdin", "open sesame").answer(["Negotiate", 'Basic realm="x"'], "GET", "/")

    assert given == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert Login("a", "b").answer(["Negotiate", "Digest algorithm=MD5-sess"], "GET", "/") is None


def test_an_address_is_split_from_its_login_whose_password_is_not_shown() -> None:
    bare, found = split_login("rtsp://me:p%40ss:word@host:8554/a?b=c")

    assert (bare, found) == ("rtsp://host:8554/a?b=c", Login("me", "p@ss:word"))
    assert "word" not in repr(found)
    assert split_login("http://host/") == ("http://host/", None)


@pytest.mark.parametrize(
    ("status", "logged_in", "words"),
    [(401, True, "wrong user"), (401, False, "asks for a login"), (403, True, "forbids"), (503, True, "503")],
)
def test_a_refusal_is_told_in_words(status: int, logged_in: bool, words: str) -> None:
    assert words in refusal(status, logged_in=logged_in)


def test_what_a_camera_or_an_address_say_is_not_shown_where_it_is_no_error_of_the_system() -> None:
    assert "hunter2" not in why(ValueError("Port could not be cast: 'hunter2@x'"), 1.0)
