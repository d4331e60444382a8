"""Recordings of made people, as a collector gets them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from services.analysis.files import JOURNAL
from services.analysis.identity import VideoIdentity
from services.analysis.journal import Journal
from services.analysis.journal_lines import End, Header, encode_line
from services.inference.observation import Observation, Seen
from services.inference.observed import encode
from services.inference.tracks import Seven, Tracks
from shared.entities import EXPRESSIONS, Box, Face
from shared.recorded import RecordedResult
from tests.made_people import GOOD, HAPPY, SIZE, Person, Sight

SECOND = 1_000_000_000


def scores(expression: str, score: float = 0.88) -> Seven:
    rest = (1 - score) / (len(EXPRESSIONS) - 1)
    return tuple(score if name == expression else rest for name in EXPRESSIONS)


def seen(x: int = 100, y: int = 100, side: int = 80, of: Seven = HAPPY) -> Seen:
    return Seen(Box(x, y, side, side), of, GOOD)


def result(index: int, t: int, *faces: Seen, failure: str = "", tries: int = 1) -> RecordedResult:
    observation = b"" if failure else encode(Observation(t, faces, True, SIZE))
    return RecordedResult(index, t, *SIZE, observation, failure, tries, "w1")


def at_30(*frames: Sequence[Seen] | str) -> list[RecordedResult]:
    """Frames at 30 a second: what each shows, or why it failed."""
    return [
        result(index, index * SECOND // 30, failure=frame)
        if isinstance(frame, str)
        else result(index, index * SECOND // 30, *frame)
        for index, frame in enumerate(frames)
    ]


def recorded(
    people: Sequence[Person],
    *,
    seconds: float,
    fps: float = 30.0,
    missed: float = 0.05,
    every: int = 1,
    mood: Callable[[int, float], Seven] = lambda _, __: HAPPY,
    there: Callable[[int, float], bool] = lambda _, __: True,
) -> Iterator[RecordedResult]:
    """Yield the results of people who show a mood and are there, each by their number and the time."""
    sight = Sight(people, missed=missed)
    for index in range(0, round(seconds * fps), every):
        now = index / fps
        observation = sight.observe(now, Tracks())
        shown = (_with_mood(one, people, now, mood, there) for one in observation.seen)
        yield result(index, round(now * SECOND), *(one for one in shown if one is not None))


def _with_mood(
    found: Seen,
    people: Sequence[Person],
    now: float,
    mood: Callable[[int, float], Seven],
    there: Callable[[int, float], bool],
) -> Seen | None:
    x, y = found.box.x + found.box.w / 2, found.box.y + found.box.h / 2
    places = [person.at(now) for person in people]
    nearest = min(range(len(people)), key=lambda i: abs(places[i][0] - x) + abs(places[i][1] - y))
    return replace(found, scores=mood(nearest, now)) if there(nearest, now) else None


def numbered(face: Face, track: int) -> Face:
    """A face with its number."""
    return replace(face, track=track)


def write_journal(
    folder: Path,
    results: Iterable[RecordedResult],
    every: int = 1,
    *,
    is_whole: bool = True,
    is_checked: bool = True,
) -> None:
    """Write a journal; one that is not checked says that it is whole, whatever is missing."""
    path = folder / JOURNAL
    with Journal.begin(path, Header(VideoIdentity("a.mp4", 7, "00ff"), every)) as journal:
        journal.append(list(results))
        if is_whole and is_checked:
            journal.finish(End(journal.count))
    if is_whole and not is_checked:
        path.write_bytes(path.read_bytes() + encode_line(End(1)))
