from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from services.analysis.annotated import Picture, write_annotated
from services.analysis.ffmpeg import Sound
from services.inference.annotate import COLOURS
from shared.entities import Privacy
from shared.errors import EncodeError, JournalError
from shared.recorded import RecordedResult
from tests.ffmpeg import Written, ffmpeg, written
from tests.made_people import SIZE
from tests.made_recordings import SECOND, result, seen, write_journal

FACE = seen(200, 150, 120)
TIMES = [0, 30_000_000, 70_000_000, 400_000_000, 430_000_000, 900_000_000]


def results(every: int = 1) -> Iterator[RecordedResult]:
    """Nobody in the first frame, then a face; the fourth frame failed."""
    for index in range(0, len(TIMES), every):
        failure = "failed" if index == 3 else ""
        yield result(index, TIMES[index], *([FACE] if index else []), failure=failure)


def pictures() -> Iterator[Picture]:
    for index, t in enumerate(TIMES):
        yield index, t, np.full((SIZE[1], SIZE[0], 3), 60, np.uint8)


def annotated(
    folder: Path, privacy: Privacy = Privacy.OFF, *, every: int = 1, sound: Sound | None = None
) -> Written:
    ffmpeg("-version")
    write_journal(folder, results(every), every)
    write_annotated(folder, pictures(), sound, privacy=privacy)
    return written(folder / "annotated.mp4")


def has_box(picture: np.ndarray) -> bool:
    x, y, _, _ = FACE.box
    corner = picture[y - 4 : y + 5, x + 4 : x + 20].astype(int)
    return bool((np.abs(corner - COLOURS["happy"]).max(axis=-1) < 60).any())


def test_faces_are_drawn_into_the_frames_in_which_they_were_seen(tmp_path: Path) -> None:
    video = annotated(tmp_path)
    assert [has_box(picture) for picture in video.pictures] == [False, True, True, False, True, True]
    assert video.times == pytest.approx(TIMES, abs=6_000)


def test_with_every_nth_frame_those_are_shown_at_their_times(tmp_path: Path) -> None:
    video = annotated(tmp_path, every=2)
    assert video.times == pytest.approx(TIMES[::2], abs=6_000)
    assert [has_box(picture) for picture in video.pictures] == [False, True, True]


def test_the_sound_stays(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", tmp_path / "s.m4a")
    assert annotated(tmp_path, sound=Sound(tmp_path / "s.m4a")).sound == "aac"


def test_where_faces_are_blurred_they_are_in_the_video_too(tmp_path: Path) -> None:
    def noise() -> Iterator[Picture]:
        rng = np.random.default_rng(1)
        for index, t in enumerate(TIMES):
            pixels = rng.integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), np.uint8)
            yield index, t, pixels.repeat(8, axis=0).repeat(8, axis=1)

    ffmpeg("-version")
    write_journal(tmp_path, results())
    write_annotated(tmp_path, noise(), privacy=Privacy.BLUR)
    x, y, w, h = FACE.box
    inside = np.s_[y + 30 : y + h - 30, x + 30 : x + w - 30]
    spread = [picture[inside].std() for picture in written(tmp_path / "annotated.mp4").pictures]
    assert spread[0] > 60
    assert max(spread[1:]) < 30


def test_where_no_picture_may_be_shown_there_is_no_video(tmp_path: Path) -> None:
    write_journal(tmp_path, results())
    with pytest.raises(EncodeError, match="MIEN_PRIVACY=numbers lets no picture out"):
        write_annotated(tmp_path, pictures(), privacy=Privacy.NUMBERS)


def test_a_video_that_has_no_picture_any_more_is_said_in_one_line(tmp_path: Path) -> None:
    write_journal(tmp_path, results())
    with pytest.raises(EncodeError, match="it has no picture"):
        write_annotated(tmp_path, [])


def test_without_a_whole_journal_nothing_is_drawn(tmp_path: Path) -> None:
    write_journal(tmp_path, results(), is_whole=False)
    with pytest.raises(JournalError, match="not whole"):
        write_annotated(tmp_path, pictures())
    assert not (tmp_path / "annotated.mp4").exists()


def test_a_video_whose_making_ended_early_is_not_there(tmp_path: Path) -> None:
    def cut_off() -> Iterator[Picture]:
        yield next(pictures())
        raise KeyboardInterrupt

    ffmpeg("-version")
    write_journal(tmp_path, results())
    with pytest.raises(KeyboardInterrupt):
        write_annotated(tmp_path, cut_off())
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


def test_pictures_that_may_not_be_drawn_into_are_left_as_they_are(tmp_path: Path) -> None:
    ffmpeg("-version")
    write_journal(tmp_path, results())
    given = list(pictures())
    for _, _, pixels in given:
        pixels.flags.writeable = False
    write_annotated(tmp_path, given)
    assert all((pixels == 60).all() for _, _, pixels in given)
    assert has_box(written(tmp_path / "annotated.mp4").pictures[1])


def test_how_far_it_is_is_told(tmp_path: Path) -> None:
    ffmpeg("-version")
    write_journal(tmp_path, results())
    told: list[int] = []
    write_annotated(tmp_path, pictures(), progress=told.append)
    assert told == list(range(1, len(TIMES) + 1))
    assert TIMES[-1] < SECOND


def test_frames_that_cannot_be_read_again_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ffmpeg("-version")
    write_journal(tmp_path, results())
    write_annotated(tmp_path, (one for one in pictures() if one[0] not in (1, 3, 5)))
    assert written(tmp_path / "annotated.mp4").times == pytest.approx([0, TIMES[2], TIMES[4]], abs=6_000)
    assert "2 frames that were analysed cannot be read again" in caplog.text
