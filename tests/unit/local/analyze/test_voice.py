import logging

from services.local.analyze.voice import Voice, VoiceHandler


class Shown:
    """A progress that keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.closed = False

    def update(self, done: int, total: int | None) -> None: ...

    def say(self, line: str) -> None:
        self.lines.append(line)

    def close(self) -> None:
        self.closed = True


def test_lines_go_through_what_is_shown_and_elsewhere_when_nothing_is() -> None:
    otherwise: list[str] = []
    voice, shown = Voice(otherwise.append), Shown()
    voice.say("before")
    with voice.through(shown):
        voice.say("meanwhile")
    voice.say("after")
    assert (otherwise, shown.lines, shown.closed) == (["before", "after"], ["meanwhile"], True)


def test_the_log_goes_through_it_as_well() -> None:
    lines: list[str] = []
    handler = VoiceHandler(Voice(lines.append))
    handler.emit(logging.LogRecord("x", logging.WARNING, "x", 1, "%s died", ("a worker",), None))
    assert lines == ["a worker died"]
