"""What was found, in words."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

MOST_EXPRESSIONS = 3
"""The most frequent ones are named."""


def found_words(summary: Mapping[str, Any]) -> str:
    """Return in one line what a summary says."""
    frames, faces = summary["frames"], summary["faces"]
    words = [f"{_number(frames['total'], 'frame')}, {frames['with_faces']} with faces"]
    if faces["rows"]:
        words.append(f"{_number(faces['tracks'], 'face')} followed: {_expressions(summary['expressions'])}")
    lost = {name: frames[name] for name in ("failed", "undecodable") if frames[name]}
    words += [f"{count} {name}" for name, count in lost.items()]
    words += _damage_words(summary["video"])
    if summary["ended_early"]:
        words.append(f"ended early: {summary['ended_early']}")
    return "; ".join(words)


def _damage_words(video: Mapping[str, Any]) -> Iterator[str]:
    if video["damaged"]:
        yield f"{video['damaged']} decoded from damaged data"
    if video["missing"]:
        yield f"{video['missing']} missing in gaps of up to {video['longest_gap_s']:.2f} s"
    if video["retimed"]:
        yield f"{video['retimed']} with reckoned times"


def where_words(folder: Path, names: Sequence[str]) -> str:
    """Return in one line where which files are."""
    return f"{', '.join(names)} in {named(folder)}"


def named(path: Path) -> str:
    """Return a path on one line, whatever is in it."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def _expressions(shares: Mapping[str, Mapping[str, float]]) -> str:
    shown = sorted(shares.items(), key=lambda item: -item[1]["share"])[:MOST_EXPRESSIONS]
    return ", ".join(f"{name} {one['share']:.0%}" for name, one in shown if one["share"])


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
