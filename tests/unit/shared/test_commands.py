import pytest

from shared.commands import Commands, decode_commands, known_commands
from shared.errors import BrokerUnreachable
from tests.fakes import AWAY, FakeBroker, FakeClock, FakeRedis


def test_commands_say_until_when_to_learn_which_face() -> None:
    assert decode_commands({b"neutral:7": b"1700", b"neutral:12": b"1800"}) == {7: 1700, 12: 1800}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"dance:7", b"1700"),
        (b"neutral:", b"1700"),
        (b"neutral:-7", b"1700"),
        (b"neutral:seven", b"1700"),
        (b"neutral:1000000000000000", b"1700"),
        (b"neutral:7", b""),
        (b"neutral:7", b"soon"),
        (b"neutral:7", b"9" * 10_000),
        (b"\xff", b"\xff"),
    ],
    ids=lambda raw: repr(raw)[:20],
)
def test_what_is_no_command_is_passed_over(name: bytes, value: bytes) -> None:
    assert decode_commands({name: value, b"neutral:1": b"2"}) == {1: 2}
    assert known_commands({name: value, b"neutral:1": b"2"}) == {b"neutral:1": b"2"}


@pytest.mark.parametrize("ids", [None, b"", b"17 70"])
def test_a_face_that_is_not_followed_cannot_be_learned(ids: bytes | None) -> None:
    commands = Commands(FakeBroker(FakeRedis(hget=ids)), FakeClock())
    assert commands.learn_neutral("cam1", 7) is None


def test_a_broker_that_is_away_is_said_so() -> None:
    with pytest.raises(BrokerUnreachable):
        Commands(FakeBroker(FakeRedis(hget=AWAY)), FakeClock()).learn_neutral("cam1", 7)
