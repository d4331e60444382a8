import logging
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.analysis.identity import VideoIdentity
from services.analysis.journal import Journal, _cut, read_header, read_results
from services.analysis.journal_lines import End, Header, Record, decode_line
from shared.errors import JournalError
from tests.made_recordings import result, seen

HEADER = Header(VideoIdentity("a.mp4", 7, "00ff"), 1, {"model": "1f"})
RESULTS = [result(index, index * 1000, seen(100 + index)) for index in range(6)]


def written(path: Path) -> list[Record | None]:
    return [decode_line(line) for line in path.read_bytes().splitlines(keepends=True)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "journal.jsonl"


def test_results_are_on_the_disk_when_append_returns(path: Path) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal.append(RESULTS[:2])
        assert written(path) == [HEADER, *RESULTS[:2]]
        journal.append(RESULTS[2:3])
        assert written(path) == [HEADER, *RESULTS[:3]]
    assert read_header(path) == HEADER


def test_a_journal_is_gone_on_with(path: Path) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal.append([RESULTS[0], RESULTS[1], RESULTS[3]])
    with Journal.resume(path, HEADER) as journal:
        assert (journal.count, journal.next) == (3, 2)
        journal.append(RESULTS)
        assert (journal.count, journal.next) == (6, 6)
        journal.finish(End(6))
    assert sorted(read_results(path), key=lambda one: one.index) == RESULTS


def test_resuming_where_there_is_nothing_begins(path: Path) -> None:
    with Journal.resume(path, HEADER) as journal:
        assert journal.count == 0
    assert read_header(path) == HEADER


@pytest.mark.parametrize("torn", [b"[3,3000,640,48", b"\0" * 100, b"\0\n\0\n" + b"[7,1,"])
def test_what_a_crash_left_half_written_is_cut_off(
    path: Path, torn: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal.append(RESULTS[:3])
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    with caplog.at_level(logging.WARNING), Journal.resume(path, HEADER) as journal:
        assert journal.next == 3
        assert path.read_bytes() == whole
        journal.append(RESULTS[3:])
    assert written(path) == [HEADER, *RESULTS]
    assert f"its last {len(torn)} bytes were not whole" in caplog.text


def test_after_a_crash_at_any_byte_a_journal_is_whole_again(path: Path) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal.append(RESULTS[:3])
        journal.finish(End(3))
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with Journal.resume(path, HEADER) as journal:
            journal.append(RESULTS[:3])
            journal.finish(End(3))
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Header(VideoIdentity("a.mp4", 7, "00fe"), 1, {"model": "1f"}), "of another video"),
        (Header(VideoIdentity("a.mp4", 7, "00ff"), 5, {"model": "1f"}), "of another --every: 1, not 5"),
        (Header(VideoIdentity("a.mp4", 7, "00ff"), 1, {"model": "2a"}), "of another model: 1f, not 2a"),
    ],
)
def test_a_journal_of_something_else_is_refused_in_one_line(path: Path, other: Header, words: str) -> None:
    Journal.begin(path, HEADER).close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match=words) as refusal:
        Journal.resume(path, other)
    assert "\n" not in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"frame,time_s\n", b"[]\n", b'{"journal":2}\n'])
def test_a_file_that_is_no_journal_is_left_as_it_is(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"journal\.jsonl"):
        Journal.resume(path, HEADER)
    assert path.read_bytes() == content


def test_a_journal_is_not_begun_twice(path: Path) -> None:
    Journal.begin(path, HEADER).close()
    with pytest.raises(JournalError, match="is there already: give --resume, or another --out"):
        Journal.begin(path, HEADER)


def test_two_commands_cannot_write_one_journal(path: Path) -> None:
    with (
        Journal.begin(path, HEADER),
        pytest.raises(JournalError, match="in use by another `mien analyze`"),
    ):
        Journal.resume(path, HEADER)
    Journal.resume(path, HEADER).close()


def test_a_journal_is_finished_when_all_frames_are_there(path: Path) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal.append(RESULTS[1:])
        with pytest.raises(JournalError, match="has the results of 5 frames of 6: give --resume"):
            journal.finish(End(6))
        with pytest.raises(JournalError, match="5 frames of 5"):
            journal.finish(End(5))
        journal.append(RESULTS[:1])
        journal.finish(End(6, "ended early: cut off"))
    with Journal.resume(path, HEADER) as journal:
        assert journal.end == End(6, "ended early: cut off")
        journal.finish(End(6))
        assert journal.end == End(6, "ended early: cut off")
    assert len(list(read_results(path))) == 6


def test_a_disk_that_is_full_is_said_in_one_line(path: Path) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal._file.close()
        journal._file = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115  closed with the journal
        with pytest.raises(JournalError, match=r"journal\.jsonl cannot be used: No space left on device"):
            journal.append(RESULTS)


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(JournalError, match=r"out/journal\.jsonl cannot be used"):
        Journal.begin(tmp_path / "out" / "journal.jsonl", HEADER)


@contextmanager
def files_to_open(count: int) -> Iterator[None]:
    """Let no more than so many further files be open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("count", [0, 1])
def test_too_many_open_files_are_said_in_one_line_and_nothing_is_left(path: Path, count: int) -> None:
    with (
        files_to_open(count),
        pytest.raises(JournalError, match=r"out(/journal\.jsonl)? cannot be used: Too many open files"),
    ):
        Journal.begin(path, HEADER)
    assert not path.exists()
    Journal.begin(path, HEADER).close()


@pytest.mark.parametrize("opened", [Journal.begin, Journal.resume])
def test_a_name_that_is_too_long_is_said_in_one_line(
    tmp_path: Path, opened: Callable[[Path, Header], Journal]
) -> None:
    with pytest.raises(JournalError, match="cannot be used: File name too long"):
        opened(tmp_path / ("a" * 300) / "journal.jsonl", HEADER)


def test_a_disk_that_lets_nothing_be_cut_off_is_said_in_one_line(path: Path) -> None:
    Journal.begin(path, HEADER).close()
    with path.open("rb") as file, pytest.raises(JournalError, match=r"journal\.jsonl cannot be used: "):
        _cut(path, file, 1)


def test_a_journal_that_is_not_there_cannot_be_read(path: Path) -> None:
    with pytest.raises(JournalError, match="No such file"):
        list(read_results(path))
    with pytest.raises(JournalError, match="No such file"):
        read_header(path)


def test_a_journal_that_is_not_finished_gives_no_results_as_if_it_were(path: Path) -> None:
    with Journal.begin(path, HEADER) as journal:
        journal.append(RESULTS)
        with pytest.raises(JournalError, match="not whole: give --resume to do the rest"):
            list(read_results(path))
        journal.finish(End(6))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"damaged\n", *lines[4:]]))
    with pytest.raises(JournalError, match="not whole: give --resume to do the rest"):
        list(read_results(path))
