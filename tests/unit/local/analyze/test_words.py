from pathlib import Path
from typing import Any

from services.local.analyze.words import found_words, named, where_words


def summary(**more: object) -> dict[str, Any]:
    shares = {"happy": 0.25, "sad": 0.0, "neutral": 0.6, "unsure": 0.15}
    return {
        "frames": {"total": 300, "with_faces": 280, "failed": 0, "undecodable": 0},
        "faces": {"rows": 400, "tracks": 2},
        "expressions": {name: {"rows": 1, "share": share} for name, share in shares.items()},
        "ended_early": None,
        "video": {"damaged": None, "missing": None, "retimed": None, "longest_gap_s": None},
        **more,
    }


def test_the_most_frequent_expressions_are_named() -> None:
    said = "300 frames, 280 with faces; 2 faces followed: neutral 60%, happy 25%, unsure 15%"
    assert found_words(summary()) == said


def test_where_nobody_is_there_is_nothing_to_share() -> None:
    frames = {"total": 1, "with_faces": 0, "failed": 0, "undecodable": 0}
    nobody = summary(frames=frames, faces={"rows": 0, "tracks": 0})
    assert found_words(nobody) == "1 frame, 0 with faces"


def test_what_was_lost_and_where_it_ended_is_said() -> None:
    frames = {"total": 300, "with_faces": 280, "failed": 1, "undecodable": 2}
    words = found_words(summary(frames=frames, ended_early="the file is cut off"))
    assert words.endswith("; 1 failed; 2 undecodable; ended early: the file is cut off")


def test_a_name_is_on_one_line_whatever_is_in_it() -> None:
    assert named(Path("a b.mp4")) == "a b.mp4"
    assert named(Path("two\nlines.mp4")) == r"'two\nlines.mp4'"


def test_what_the_reader_says_of_damage_is_said() -> None:
    video = {"damaged": 12, "missing": 4, "retimed": 1, "longest_gap_s": 1.2}
    words = found_words(summary(video=video))
    assert words.endswith(
        "; 12 decoded from damaged data; 4 missing in gaps of up to 1.20 s; 1 with reckoned times"
    )
    whole = {"damaged": 0, "missing": 0, "retimed": 0, "longest_gap_s": 0.04}
    assert found_words(summary(video=whole)) == found_words(summary())


def test_the_files_are_named_with_their_folder() -> None:
    assert where_words(Path("out"), ["faces.csv", "summary.json"]) == "faces.csv, summary.json in out"
