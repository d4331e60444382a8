from pathlib import Path

import pytest

from services.analysis.identity import ENDS, identity_of
from shared.errors import SourceError


def test_a_video_that_was_moved_and_renamed_is_the_same(tmp_path: Path) -> None:
    before = tmp_path / "a.mp4"
    before.write_bytes(b"x" * 1000)
    identity = identity_of(before)
    after = before.rename(tmp_path / "b.mp4")
    assert identity_of(after).is_same(identity)
    assert (identity.name, identity.size) == ("a.mp4", 1000)


@pytest.mark.parametrize("place", [0, 3 * ENDS - 1])
def test_a_video_that_differs_at_an_end_is_another(tmp_path: Path, place: int) -> None:
    content = bytearray(3 * ENDS)
    video = tmp_path / "a.mp4"
    video.write_bytes(content)
    identity = identity_of(video)
    content[place] = 1
    video.write_bytes(content)
    assert not identity_of(video).is_same(identity)


def test_a_video_that_grew_is_another(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(bytes(3 * ENDS))
    identity = identity_of(video)
    video.write_bytes(bytes(3 * ENDS + 1))
    assert not identity_of(video).is_same(identity)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.mp4 cannot be read: No such file"):
        identity_of(tmp_path / "none.mp4")
