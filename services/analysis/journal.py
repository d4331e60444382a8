"""A recording's results on disk, as they come: a crash loses nothing that was forgotten elsewhere.

A line of JSON each: what the results depend on, then one for each frame, in the order of their completion,
and at last how many there are. Whatever a crash left half written is cut off; those frames are then done
again.
"""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from services.analysis.files import reason_of
from services.analysis.journal_lines import End, Header, Record, decode_line, encode_line
from services.analysis.ordering import Done
from shared.errors import JournalError
from shared.recorded import RecordedResult

log = logging.getLogger(__name__)


class Journal:
    """One recording's journal, opened by the one process that writes it.

    Attributes:
        path: the file.
        header: what the results depend on.
        end: how many there are, where that is known: then all of them are there.
    """

    def __init__(self, path: Path, file: BinaryIO, header: Header, done: Done, end: End | None) -> None:
        """Take a file that is positioned at its end; see `begin` and `resume`."""
        self.path = path
        self.header = header
        self.end = end
        self._file = file
        self._done = done

    @classmethod
    def begin(cls, path: Path, header: Header) -> Self:
        """Make a journal; its folder is made as well.

        Raises:
            JournalError: there is one already, or it cannot be written.
        """
        file = _made(path)
        try:
            return cls._begun(path, file, header)
        except BaseException:
            # No result is in it, and left there it would be refused the next time.
            file.close()
            with suppress(OSError):
                path.unlink()
            raise

    @classmethod
    def resume(cls, path: Path, header: Header) -> Self:
        """Go on with a journal, or make it where there is none.

        Raises:
            JournalError: it is of another video or of other settings, is no journal, or is in use.
        """
        try:
            file = _locked(path, path.open("r+b", buffering=0))
        except FileNotFoundError:
            return cls.begin(path, header)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            return cls._resumed(path, file, header)
        except BaseException:
            file.close()
            raise

    @property
    def count(self) -> int:
        """How many frames have a result."""
        return self._done.count

    @property
    def next(self) -> int:
        """The first frame that has none; some after it may have one."""
        return self._done.next

    def append(self, results: Sequence[RecordedResult]) -> None:
        """Write results; they are safely on the disk when this returns. Those that it has it leaves out.

        Raises:
            JournalError: the disk is full, or fails.
        """
        self._write([result for result in results if self._done.add(result.index)])

    def finish(self, end: End) -> None:
        """Write that all results are there.

        Raises:
            JournalError: they are not, or the disk fails.
        """
        if self.end is not None:
            return
        if self.count != end.frames or not self._done.is_whole:
            there = f"{self.path} has the results of {self.count} frames of {end.frames}"
            raise JournalError(f"{there}: give --resume to do the rest")
        self._write([end])
        self.end = end

    def close(self) -> None:
        """Let others have it."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @classmethod
    def _begun(cls, path: Path, file: BinaryIO, header: Header) -> Self:
        journal = cls(path, file, header, Done(header.every), None)
        journal._write([header])
        _sync_folder(path.parent)
        return journal

    @classmethod
    def _resumed(cls, path: Path, file: BinaryIO, header: Header) -> Self:
        found, whole = _first(path)
        if found is None:
            # The crash came before the first line was on the disk.
            _cut(path, file, 0)
            return cls._begun(path, file, header)
        difference = found.difference(header)
        if difference:
            raise JournalError(f"{path} is {difference}; give what it was begun with, or another --out")
        done, end = Done(found.every), None
        for record, size in _records(path):
            whole += size
            if isinstance(record, End):
                end = record
            else:
                done.add(record.index)
        _cut(path, file, whole)
        return cls(path, file, found, done, end)

    def _write(self, records: Sequence[Record]) -> None:
        if not records:
            return
        data = b"".join(encode_line(record) for record in records)
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unusable(self.path, error) from error


def read_header(path: Path) -> Header:
    """Return what a journal's results depend on.

    Raises:
        JournalError: it is no journal, or cannot be read.
    """
    header, _ = _first(path)
    if header is None:
        raise JournalError(f"{path} is no journal of this program")
    return header


def read_results(path: Path) -> Iterator[RecordedResult]:
    """Yield the results of a journal that is finished, in the order of their completion.

    Raises:
        JournalError: it cannot be read, or is not finished.
    """
    for record, _ in _records(path):
        if isinstance(record, End):
            return
        yield record
    raise JournalError(f"{path} is not whole: give --resume to do the rest")


def _first(path: Path) -> tuple[Header | None, int]:
    """Return a journal's header and its length in bytes; None where not even that is whole.

    Raises:
        JournalError: it cannot be read, or is no journal.
    """
    try:
        with path.open("rb") as file:
            line = file.readline()
        header = decode_line(line)
    except OSError as error:
        raise _unusable(path, error) from error
    except JournalError as error:
        raise JournalError(f"{path} cannot be used: {error}") from error
    if isinstance(header, Header):
        return header, len(line)
    if line.endswith(b"\n"):
        raise JournalError(f"{path} is no journal of this program")
    return None, 0


def _records(path: Path) -> Iterator[tuple[RecordedResult | End, int]]:
    """Yield what stands behind the header, each with its length in bytes."""
    try:
        with path.open("rb") as file:
            file.readline()
            for line in file:
                record = decode_line(line)
                if record is None or isinstance(record, Header):
                    return
                yield record, len(line)
    except OSError as error:
        raise _unusable(path, error) from error


def _cut(path: Path, file: BinaryIO, whole: int) -> None:
    """Cut off what is not whole.

    Raises:
        JournalError: the disk fails.
    """
    try:
        lost = file.seek(0, os.SEEK_END) - whole
        if lost:
            file.truncate(whole)
            file.seek(whole)
            log.warning("%s: its last %d bytes were not whole; those frames are done again", path, lost)
    except OSError as error:
        raise _unusable(path, error) from error


def _made(path: Path) -> BinaryIO:
    """Make a journal's file, and its folder.

    Raises:
        JournalError: it is there, or cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        return _locked(path, path.open("x+b", buffering=0))
    except FileExistsError as error:
        raise JournalError(f"{path} is there already: give --resume, or another --out") from error
    except OSError as error:
        raise _unusable(path, error) from error


def _locked(path: Path, file: BinaryIO) -> BinaryIO:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise JournalError(f"{path} is in use by another `mien analyze`") from error
    except OSError:
        log.debug("%s is on a disk that knows no locks", path)
    return file


def _sync_folder(folder: Path) -> None:
    """Make sure that a new file's name is on the disk as well, where the disk can.

    Raises:
        JournalError: the folder cannot be opened.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _unusable(path: Path, error: OSError) -> JournalError:
    return JournalError(f"{path} cannot be used: {reason_of(error)}")
