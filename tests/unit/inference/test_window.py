import numpy as np
import pytest

from services.inference.pictures import BgrImage
from services.inference.window import Window


def framed(height: int, width: int) -> BgrImage:
    """Return a grey picture in whose left half the first channel is bright."""
    frame = np.full((height, width, 3), 100, np.uint8)
    frame[:, : width // 2, 0] = 200
    return frame


def test_a_window_of_the_frames_own_size_shows_the_frame() -> None:
    frame = framed(64, 96)
    assert (Window(0, 0, 1.0, 96, 64).view(frame) == frame).all()


def test_what_lies_beyond_the_frame_is_black() -> None:
    view = Window(-32, -16, 1.0, 128, 96).view(framed(32, 64))
    assert (view[:16] == 0).all()
    assert (view[:, :32] == 0).all()
    assert (view[48:] == 0).all()
    assert (view[:, 96:] == 0).all()
    assert (view[16:48, 32:64, 0] == 200).all()


@pytest.mark.parametrize("scale", [0.15, 0.3, 0.447, 0.9, 1.7])
def test_places_in_the_view_are_those_of_the_frame_by_the_scale(scale: float) -> None:
    view = Window(0, 0, scale, 640, 480).view(framed(280, 400))
    edge = int(np.flatnonzero(view[10, :, 0] < 150)[0])
    assert edge == pytest.approx(200 * scale, abs=1.5)
    shown = np.flatnonzero(view[:, 0, 1])[-1] + 1
    assert shown == pytest.approx(min(480, 280 * scale), abs=1)


def test_a_window_wholly_outside_is_black() -> None:
    assert not Window(500, 500, 0.5, 64, 64).view(framed(100, 100)).any()
    assert not Window(-500, -500, 0.5, 64, 64).view(framed(100, 100)).any()


def test_fine_stripes_become_an_even_grey_when_reduced() -> None:
    frame = np.zeros((256, 256, 3), np.uint8)
    frame[:, ::2] = 200
    view = Window(0, 0, 0.25, 64, 64).view(frame)
    assert np.ptp(view) <= 2
    assert abs(int(view[5, 5, 0]) - 100) <= 2
