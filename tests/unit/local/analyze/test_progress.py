import fcntl
import io
import logging
import os
import pty
import struct
import termios

import pytest

from services.local.analyze.progress import EVERY_S, Bar, Lines, Quiet, clock_words, how_far, progress_on
from tests.fakes import Ticker


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_and_a_file_gets_lines() -> None:
    assert isinstance(progress_on(Terminal(), "clip.mp4"), Bar)
    assert isinstance(progress_on(io.StringIO(), "clip.mp4"), Lines)


def test_a_bar_shows_the_name_and_how_many_are_done() -> None:
    terminal = Terminal()
    bar = Bar("clip.mp4", terminal, delay_s=0)
    bar.update(10, 40)
    bar.update(40, 40)
    bar.close()
    assert "clip.mp4: 100%" in terminal.getvalue()
    assert "40/40" in terminal.getvalue()


@pytest.mark.parametrize(("rows", "columns"), [(24, 60), (0, 60), (24, 0), (0, 0)])
def test_a_terminal_shows_the_bar_whether_it_says_how_large_it_is_or_not(rows: int, columns: int) -> None:
    end, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with os.fdopen(other, "w") as terminal, os.fdopen(end, "rb", buffering=0) as screen:
        bar = Bar("clip.mp4", terminal, delay_s=0)
        bar.update(40, 40)
        bar.close()
        terminal.flush()
        assert "clip.mp4: 100%" in screen.read(4096).decode()


def test_more_frames_than_were_announced_are_no_more_than_all() -> None:
    terminal = Terminal()
    bar = Bar("clip.mp4", terminal, delay_s=0)
    bar.update(50, 40)
    bar.close()
    assert "50/50" in terminal.getvalue()


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_said_beside_a_bar_is_a_line_of_its_own(begun: bool) -> None:
    terminal = Terminal()
    bar = Bar("clip.mp4", terminal, delay_s=0)
    if begun:
        bar.update(1, 2)
    bar.say("a worker died")
    assert "a worker died\n" in terminal.getvalue()


def test_a_line_comes_when_it_is_time_for_one_and_tells_the_time_left() -> None:
    lines: list[str] = []
    clock = Ticker()
    progress = Lines("clip.mp4", lines.append, clock)
    progress.update(100, 500)
    clock.now += EVERY_S
    progress.update(200, 500)
    progress.update(201, 500)
    assert lines == ["clip.mp4: 200 of 500 frames, 10.0 a second, 0:30 left"]


def test_without_a_number_of_frames_no_end_is_promised() -> None:
    assert how_far(200, None, 10) == "200 frames, 10.0 a second"
    assert "left" not in how_far(0, 500, 0)


def test_times_are_written_as_clocks_do() -> None:
    assert [clock_words(s) for s in (5, 65, 7389)] == ["0:05", "1:05", "2:03:09"]


def test_a_program_hears_what_must_be_told_through_the_log(caplog: pytest.LogCaptureFixture) -> None:
    quiet = Quiet()
    quiet.update(1, 2)
    quiet.say("a worker died")
    quiet.close()
    assert caplog.record_tuples == [("mien", logging.WARNING, "a worker died")]
