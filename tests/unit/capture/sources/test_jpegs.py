"""Motion JPEG that is passed on as the camera made it."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
import simplejpeg

from services.capture.picture import BgrImage, JpegImage
from services.capture.sources import jpegs, open_camera
from services.capture.sources.jpegs import CHECK_EVERY, MOST_BROKEN, PassedOn, is_whole
from tests.unit.capture.sources.conftest import SIZE, PictureServer, numbered

Record = Callable[[int, float], Path]


def jpeg(number: int = 0) -> bytes:
    data: bytes = simplejpeg.encode_jpeg(numbered(number), colorspace="BGR", colorsubsampling="420")
    return data


GARBLED = jpeg()[: len(jpeg()) // 2] + b"\xff\xd9"
"""It ends early, as a camera's does whose cable is bad."""


class FakeCapture:
    """Gives arrays in the order given, as `cv2.VideoCapture` does."""

    def __init__(self, *pictures: bytes | BgrImage) -> None:
        self._pictures = list(pictures)

    def read(self) -> tuple[bool, BgrImage | None]:
        if not self._pictures:
            return False, None
        picture = self._pictures.pop(0)
        return True, np.frombuffer(picture, np.uint8)[None] if isinstance(picture, bytes) else picture


def capture_of(*pictures: bytes | BgrImage) -> cv2.VideoCapture:
    return cast(cv2.VideoCapture, FakeCapture(*pictures))


def test_a_whole_jpeg_is_given_as_it_is_with_its_size() -> None:
    given = PassedOn().next(capture_of(jpeg()))

    assert given == JpegImage(jpeg(), *SIZE)


def test_what_a_driver_fills_its_buffer_up_with_is_cut_off() -> None:
    given = PassedOn().next(capture_of(jpeg() + bytes(5_000)))

    assert given == JpegImage(jpeg(), *SIZE)


@pytest.mark.parametrize("broken", [GARBLED, jpeg()[:-2]])
def test_a_jpeg_that_is_not_whole_is_given_as_pixels(broken: bytes) -> None:
    given = PassedOn().next(capture_of(broken))

    assert isinstance(given, np.ndarray)
    assert given.shape == (SIZE[1], SIZE[0], 3)
    assert np.abs(given[:60].astype(int) - numbered(0)[:60]).mean() < 10


def test_each_is_checked_for_a_while_after_one_that_is_not_whole() -> None:
    passed_on = PassedOn()
    passed_on.next(capture_of(GARBLED))

    given = [passed_on.next(capture_of(GARBLED)) for _ in range(2 * CHECK_EVERY)]

    assert not any(isinstance(picture, JpegImage) for picture in given)


def test_one_in_so_many_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bytes] = []

    def noted(data: bytes) -> bool:
        checked.append(data)
        return True

    monkeypatch.setattr(jpegs, "is_whole", noted)
    passed_on = PassedOn()

    for _ in range(3 * CHECK_EVERY):
        passed_on.next(capture_of(jpeg()))

    assert len(checked) == 3


def test_what_is_no_jpeg_is_passed_over() -> None:
    given = PassedOn().next(capture_of(b"no picture", b"", jpeg(1)))

    assert given == JpegImage(jpeg(1), *SIZE)


def test_where_nothing_can_be_decoded_any_longer_none_is_given() -> None:
    assert PassedOn().next(capture_of(*[b"no picture"] * MOST_BROKEN, jpeg())) is None
    assert PassedOn().next(capture_of()) is None


def test_a_driver_that_gives_pixels_nonetheless_is_taken_at_its_word() -> None:
    given = PassedOn().next(capture_of(numbered(0)))

    assert isinstance(given, np.ndarray)
    assert np.array_equal(given, numbered(0))


def test_a_jpeg_of_more_pixels_than_workers_take_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpegs, "MOST_PIXELS", SIZE[0] * SIZE[1] - 1)

    assert PassedOn().next(capture_of(jpeg())) is None


def test_a_jpeg_of_very_many_bytes_is_given_as_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpegs, "MOST_BYTES", len(jpeg()) - 1)

    assert isinstance(PassedOn().next(capture_of(jpeg())), np.ndarray)


def test_whether_a_jpeg_is_whole_is_found_without_its_colours() -> None:
    assert is_whole(jpeg())
    assert not is_whole(GARBLED)


def test_a_motion_jpeg_recording_is_passed_on_and_starts_again(record: Record) -> None:
    camera = open_camera(str(record(3, 5)))

    given = [camera.read() for _ in range(4)]

    assert all(isinstance(picture, JpegImage) for picture in given)
    assert given[0] == given[3]
    assert given[0] != given[1]
    camera.close()


def test_a_live_motion_jpeg_stream_is_passed_on(server: PictureServer) -> None:
    camera = open_camera(server.url("/stream"))

    given = [camera.read() for _ in range(5)]

    assert [picture == JpegImage(served(number), *SIZE) for number, picture in enumerate(given)] == [True] * 5
    camera.close()


def served(number: int) -> bytes:
    return cv2.imencode(".jpg", numbered(number))[1].tobytes()


def test_interlaced_motion_jpeg_is_decoded(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its JPEGs have half of the lines that its container tells.
    monkeypatch.setattr(PassedOn, "next", lambda *_: JpegImage(jpeg(), SIZE[0], SIZE[1] // 2))

    assert isinstance(open_camera(str(record(3, 100))).read(), np.ndarray)


def test_a_recording_of_another_kind_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "recording.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, SIZE)
    writer.write(numbered(0))
    writer.release()

    assert isinstance(open_camera(str(path)).read(), np.ndarray)
