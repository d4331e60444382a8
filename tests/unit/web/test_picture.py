from services.web.picture import picture_of, unix_seconds
from tests.unit.web.fakes import result


def test_seconds_keep_every_nanosecond() -> None:
    assert unix_seconds(1_700_000_000_000_000_042) == "1700000000.000000042"


def test_a_part_carries_the_frame_number_and_the_time_of_capture() -> None:
    picture = picture_of(result(5, t=1_700_000_000_250_000_000), arrived=0, latency_ns=0)
    assert b"X-Frame-Seq: 5\r\n" in picture.part
    assert b"X-Captured-At: 1700000000.250000000\r\n" in picture.part


def test_the_age_grows_from_the_capture_on() -> None:
    picture = picture_of(result(5), arrived=100.0, latency_ns=500_000_000)
    assert picture.age_s(100.25) == 0.75
