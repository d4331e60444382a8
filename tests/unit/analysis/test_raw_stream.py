import io

import av
import numpy as np
import pytest

from services.analysis.raw_stream import head, picture
from tests.ffmpeg import nanoseconds

TIMES = (0, 33_366_667, 40_000_000, 7_200_000_000_000)


@pytest.mark.parametrize(("width", "height"), [(64, 48), (65, 47), (1, 1), (3840, 2)])
def test_a_reader_of_matroska_finds_the_pictures_and_their_times(width: int, height: int) -> None:
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 256, (height, width, 3), np.uint8) for _ in TIMES]
    stream = io.BytesIO(head(width, height))
    stream.seek(0, io.SEEK_END)
    for pixels, t in zip(pictures, TIMES, strict=True):
        for part in picture(pixels, t, 5_000_000):
            stream.write(part)
    stream.seek(0)
    with av.open(stream, "r", format="matroska") as container:
        frames = list(container.decode(video=0))
    times = [nanoseconds(frame.pts, frame.time_base) for frame in frames]
    assert times == [round(t, -3) for t in TIMES]
    assert {nanoseconds(frame.duration, frame.time_base) for frame in frames} == {5_000_000}
    for frame, pixels in zip(frames, pictures, strict=True):
        assert np.array_equal(frame.to_ndarray(format="bgr24"), pixels)


def test_pixels_that_do_not_lie_in_a_row_are_written_as_they_are() -> None:
    pixels = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(4, 5, 3)
    _, data = picture(pixels[:, ::-1], 0, 0)
    assert bytes(data) == np.ascontiguousarray(pixels[:, ::-1]).tobytes()
