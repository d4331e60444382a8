from services.local.announce import Announcer


class Terminal:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.opened: list[str] = []
        self.announcer = Announcer(self.lines.append, self.opened.append)


LINE = "Mien is at http://127.0.0.1:8000/?token=abc"


def test_the_url_is_followed_by_how_to_stop() -> None:
    terminal = Terminal()
    terminal.announcer.line(LINE)
    assert terminal.lines == [LINE, "Ctrl-C stops"]


def test_the_url_of_a_restarted_web_is_not_said_again() -> None:
    terminal = Terminal()
    terminal.announcer.line(LINE)
    terminal.announcer.line(LINE)
    assert terminal.lines.count(LINE) == 1
    assert terminal.opened == ["http://127.0.0.1:8000/?token=abc"]


def test_other_lines_are_passed_on() -> None:
    terminal = Terminal()
    terminal.announcer.line("something else")
    assert terminal.lines == ["something else"]
    assert terminal.opened == []
