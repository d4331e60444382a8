from services.notify.signature import signature


def test_it_is_that_of_the_time_and_the_body() -> None:
    # By `printf '1700000000.{}' | openssl dgst -sha256 -hmac sixteen-characters`.
    known = "33114115e2e55b04dac5b6803946389aaa860a3fde90def26a5990bbc468687f"
    assert signature(b"sixteen-characters", b"{}", 1_700_000_000) == f"t=1700000000,v1={known}"


def test_another_time_body_or_secret_has_another() -> None:
    signatures = {
        signature(secret, body, at).partition(",")[2]
        for secret in (b"a", b"b")
        for body in (b"{}", b"[]")
        for at in (1, 2)
    }
    assert len(signatures) == 8
