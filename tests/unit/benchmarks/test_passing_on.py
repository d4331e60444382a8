import simplejpeg

from benchmarks import passing_on
from benchmarks.jpeg_camera import jpeg_camera
from services.capture.picture import JpegImage
from services.capture.sources import open_camera
from services.inference.pictures import encode_jpeg
from tests.made_videos import drawn

PICTURES = [encode_jpeg(drawn(number), 85) for number in range(3)]


def test_the_camera_sends_its_pictures_over_and_over() -> None:
    with jpeg_camera(PICTURES, 200) as address:
        source = open_camera(address)
        given = [source.read() for _ in range(6)]
        source.close()
    assert [picture.data for picture in given if isinstance(picture, JpegImage)] == PICTURES * 2


def test_both_ways_are_measured_with_pictures_of_the_size_that_is_told() -> None:
    (row,) = passing_on.run(PICTURES, 0.5, sizes=[(160, 120)])
    assert (row.width, row.height) == (160, 120)
    assert min(row.passed_on_ms, row.decoded_ms, row.passed_on_fps, row.decoded_fps, row.ratio) > 0


def test_pictures_are_scaled_to_the_size_that_is_measured() -> None:
    height, width, _, _ = simplejpeg.decode_jpeg_header(passing_on.resized(PICTURES[0], 160, 120))
    assert (width, height) == (160, 120)
