from services.analysis.frames import LONE, ReadFrame, with_ends


def ends(*times: int) -> list[tuple[int, int]]:
    frames = (ReadFrame(index, t) for index, t in enumerate(times))
    return [(frame.index, end) for frame, end in with_ends(frames)]


def test_a_frame_lasts_until_the_next_one() -> None:
    assert ends(0, 30, 100, 110) == [(0, 30), (1, 100), (2, 110), (3, 120)]


def test_a_single_frame_lasts_a_moment() -> None:
    assert ends(0) == [(0, LONE)]
    assert ends() == []


def test_no_frame_ends_before_it_begins() -> None:
    assert ends(50, 40, 60) == [(0, 50), (1, 60), (2, 80)]
