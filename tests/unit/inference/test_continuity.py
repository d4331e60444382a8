from services.inference.continuity import continued, fits
from services.inference.tracks import Tracks

T = 1_700_000_000_000_000_000
SECOND = 1_000_000_000
SIZE = (640, 480)
TRACKS = Tracks(T, T, 7, (), SIZE)


def test_the_next_frame_goes_on_from_the_tracks() -> None:
    assert continued(TRACKS, T + SECOND, SIZE) is TRACKS


def test_so_does_one_that_was_overtaken() -> None:
    assert continued(TRACKS, T - SECOND, SIZE) is TRACKS


def test_where_the_clock_was_set_back_all_begin_anew_and_ids_go_on() -> None:
    assert continued(TRACKS, T - 3600 * SECOND, SIZE) == Tracks(next_id=7)


def test_tracks_of_the_far_future_are_none() -> None:
    assert continued(Tracks(2**62, 2**62, 7), T, SIZE) == Tracks(next_id=7)


def test_in_frames_of_another_size_all_begin_anew_and_ids_go_on() -> None:
    assert continued(TRACKS, T + SECOND, (1280, 720)) == Tracks(next_id=7)
    assert not fits(TRACKS, (1280, 720))


def test_the_first_frame_may_have_any_size() -> None:
    assert continued(Tracks(), 0, SIZE) == Tracks()
