from dataclasses import replace

import pytest

from services.analysis.identity import VideoIdentity
from services.analysis.journal_lines import End, Header, Record, decode_line, encode_line
from shared.errors import JournalError
from tests.made_recordings import result, seen

HEADER = Header(VideoIdentity("a.mp4", 7, "00ff"), 2, {"model": "1f", "labels": "fer2013"})


@pytest.mark.parametrize(
    "record",
    [
        HEADER,
        result(4, 133_333_333, seen(), seen(300)),
        result(4, 0),
        result(5, 1, failure="failed", tries=3),
        replace(result(6, 2), observation=b"\xff no text \n"),
        End(9),
        End(9, "ended early: the file is cut off"),
        End(9, "", {"duration_s": 0.3, "variable": True, "missing": 2}, 4, 12.5),
        Header(VideoIdentity("\udcff.mp4", 7, "00ff"), 1),
    ],
)
def test_what_is_written_is_read(record: Record) -> None:
    line = encode_line(record)
    assert decode_line(line) == record
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


def test_no_part_of_a_line_is_read_as_a_whole_one() -> None:
    for record in (HEADER, result(4, 133_333_333, seen()), End(9)):
        line = encode_line(record)
        assert [decode_line(line[:length]) for length in range(len(line))] == [None] * len(line)


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"\0\0\0\n",
        b"[1,2]\n",
        b'{"frames":-1,"ended_early":""}\n',
        b'{"frames":1,"ended_early":"","report":7}\n',
        b'{"frames":1,"ended_early":"","workers":-1}\n',
        b'[0,0,1,1,"lost",1,"w",""]\n',
        b'[-1,0,1,1,"",1,"w",""]\n',
        b'[true,0,1,1,"",1,"w",""]\n',
        b"7\n",
        b"[" * 100_000 + b"\n",
        b'{"journal":1}\n',
    ],
)
def test_what_is_no_line_of_a_journal_is_not_read(line: bytes) -> None:
    assert decode_line(line) is None


def test_an_end_that_says_no_more_than_it_must_is_read() -> None:
    assert decode_line(b'{"frames":1,"ended_early":""}\n') == End(1)


def test_a_journal_of_another_version_is_refused() -> None:
    with pytest.raises(JournalError, match="version 2, and this program reads version 1"):
        decode_line(b'{"journal":2}\n')


def test_what_differs_is_named() -> None:
    assert HEADER.difference(HEADER) == ""
    assert HEADER.difference(replace(HEADER, video=VideoIdentity("b.mp4", 7, "00ff"))) == ""
    assert HEADER.difference(replace(HEADER, video=VideoIdentity("b.mp4", 8, "00ff"))) == (
        "of another video, a.mp4 of 7 bytes"
    )
    assert HEADER.difference(replace(HEADER, every=3)) == "of another --every: 2, not 3"
    assert (
        HEADER.difference(replace(HEADER, settings={"model": "1f"})) == "of another labels: fer2013, not none"
    )
