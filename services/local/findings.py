"""What a check of this machine has found."""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a thing does."""

    OK = "ok"
    WARNING = "warning"
    """Mien runs, though not with all that one might expect."""
    BROKEN = "broken"
    """Mien does not run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `mien doctor`.

    Attributes:
        subject: what was checked.
        state: how it does.
        text: what was found.
        remedy: what to do; empty where there is nothing to do.
    """

    subject: str
    state: State
    text: str
    remedy: str = ""

    def line(self) -> str:
        """Return the line: `ok` or `!!`, what was checked, what was found and what to do."""
        mark = "ok" if self.state is State.OK else "!!"
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{mark}  {self.subject + ':':9} {self.text}{remedy}"


def ok(subject: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(subject, State.OK, text)


def warning(subject: str, text: str, remedy: str) -> Finding:
    """Return a finding that somebody may want to do something about."""
    return Finding(subject, State.WARNING, text, remedy)


def broken(subject: str, text: str, remedy: str) -> Finding:
    """Return a finding that keeps Mien from running."""
    return Finding(subject, State.BROKEN, text, remedy)
