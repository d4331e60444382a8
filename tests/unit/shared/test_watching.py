import pytest

from shared.watching import Watching
from tests.fakes import FakeBroker, FakeClock, FakeRedis


@pytest.mark.parametrize(
    ("members", "number"),
    [((), 0), ((b"web-a/3",), 3), ((b"web-a/3", b"web-b/2"), 5), ((b"host/with/slashes/2",), 2)],
)
def test_viewers_are_summed_over_all_web_processes(members: tuple[bytes, ...], number: int) -> None:
    watching = Watching(FakeBroker(FakeRedis(zrangebyscore=lambda *_: list(members))), FakeClock())
    assert watching.viewers("cam1") == number


@pytest.mark.parametrize("member", [b"web-a", b"web-a/", b"web-a/many", b"web-a/-1", b"\xff\xfe"])
def test_a_member_that_cannot_be_read_counts_for_nothing(member: bytes) -> None:
    redis = FakeRedis(zrangebyscore=lambda *_: [member, b"web-b/2"])
    assert Watching(FakeBroker(redis), FakeClock()).viewers("cam1") == 2
