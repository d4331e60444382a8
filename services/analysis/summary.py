"""What a recording shows, in numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.analysis.spans import Spans
from services.analysis.table import rounded
from shared.entities import EXPRESSIONS, REASONS, UNSURE

FORMAT = 1
"""Of summary.json."""

MOST_FAILURES = 100
"""Frames that failed are named one by one, up to so many; all are counted."""


@dataclass(frozen=True, slots=True)
class Video:
    """What was read.

    Attributes:
        name: the file's.
        size: in bytes.
        width: of its frames as they are shown, in pixels.
        height: of its frames as they are shown, in pixels.
        duration_s: as the file says; None where it does not.
        variable: whether the times between its frames differ; None where that is not known.
        codec: of its pictures, as FFmpeg calls it.
        damaged: frames decoded from damaged data, among all of them; None where that is not known.
        missing: frames that lack in the gaps of a steady rate; None where that is not known.
        retimed: frames without a time of their own, or with a wrong one; None where that is not known.
        longest_gap_s: seconds between two neighbouring frames at most; None where that is not known.
    """

    name: str
    size: int
    width: int
    height: int
    duration_s: float | None = None
    variable: bool | None = None
    codec: str = ""
    damaged: int | None = None
    missing: int | None = None
    retimed: int | None = None
    longest_gap_s: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is known about an analysis besides what it found.

    Attributes:
        version: of the program.
        video: what was read.
        settings: by name: every, workers, detector, labels, privacy.
        model: by name: its file, its hash, its version.
        ended_early: why the video was not read to its end; empty where it was.
        took_s: seconds from the command's beginning to the last frame; of a resumed one, its last part.
    """

    version: str
    video: Video
    settings: Mapping[str, object] = field(default_factory=dict)
    model: Mapping[str, object] = field(default_factory=dict)
    ended_early: str = ""
    took_s: float = 0.0


@dataclass(slots=True)
class _Track:
    """One face, in all its frames."""

    first: int
    last: int
    shown: Counter[str] = field(default_factory=Counter)


class Summary:
    """Counts, frame by frame."""

    def __init__(self) -> None:
        self._frames: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._tracks: dict[int, _Track] = {}
        self._failures: list[dict[str, object]] = []
        self._spans = Spans()
        self._most = 0
        self._last: ReadFrame | None = None

    def add(self, frame: ReadFrame) -> None:
        """Take the next frame."""
        self._last = frame
        self._frames["total"] += 1
        self._frames["with_faces"] += bool(frame.faces)
        self._frames["refused"] += frame.refused
        self._frames[frame.failure] += 1
        self._most = max(self._most, len(frame.faces))
        self._spans.add(frame)
        if frame.failure and len(self._failures) < MOST_FAILURES:
            place = {"frame": frame.index, "time_s": _seconds(frame.t)}
            self._failures.append({**place, "failure": frame.failure, "tries": frame.tries})
        for found in frame.faces:
            self._add_face(frame.t, found)

    def values(self, about: About) -> dict[str, object]:
        """Return what stands in summary.json."""
        frames = self._frames
        return {
            "format": FORMAT,
            "version": about.version,
            "video": {**asdict(about.video), "fps": self._fps()},
            "ended_early": about.ended_early or None,
            "frames": {name: frames[name] for name in ("total", "with_faces", "failed", "undecodable")},
            "failures": self._failures,
            "faces": self._faces(),
            "expressions": self._expressions(),
            "unsure": _shares(self._reasons, REASONS),
            "longest_spans": list(self._longest_spans()),
            "tracks": list(self._track_list()),
            "settings": dict(about.settings),
            "model": dict(about.model),
            "took_s": round(about.took_s, 1),
        }

    def _add_face(self, t: int, found: ReadFace) -> None:
        face = found.face
        if face.reason is not None:
            self._reasons[face.reason] += 1
        if face.track is not None:
            track = self._tracks.setdefault(face.track, _Track(t, t))
            track.last = t
            track.shown[face.expression] += 1

    def _fps(self) -> float | None:
        """Frames of the video in a second, in the mean, from its first to the last that was read."""
        last = self._last
        return round(last.index * SECOND / last.t, 3) if last is not None and last.t else None

    def _faces(self) -> dict[str, int]:
        rows = sum(track.shown.total() for track in self._tracks.values())
        tracks, refused = len(self._tracks), self._frames["refused"]
        return {"rows": rows, "tracks": tracks, "most_at_once": self._most, "refused": refused}

    def _expressions(self) -> dict[str, dict[str, float]]:
        shown: Counter[str] = Counter()
        for track in self._tracks.values():
            shown.update(track.shown)
        return _shares(shown, (*EXPRESSIONS, UNSURE))

    def _longest_spans(self) -> Iterator[dict[str, object]]:
        for span in self._spans.longest():
            times = {"start_s": _seconds(span.start), "end_s": _seconds(span.end)}
            yield {"expression": span.expression, "track": span.track, **times}

    def _track_list(self) -> Iterator[dict[str, object]]:
        for number, track in sorted(self._tracks.items()):
            times = {"first_s": _seconds(track.first), "last_s": _seconds(track.last)}
            shown = {name: track.shown[name] for name in (*EXPRESSIONS, UNSURE) if track.shown[name]}
            yield {"track": number, **times, "rows": track.shown.total(), "expressions": shown}


def _shares(counts: Counter[str], names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return the rows of each name, and their share of all these rows."""
    total = max(1, sum(counts[name] for name in names))
    return {name: {"rows": counts[name], "share": round(counts[name] / total, 4)} for name in names}


def _seconds(t: int) -> float:
    return rounded(t / SECOND)
