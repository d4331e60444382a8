import numpy as np
from numpy.typing import NDArray

from services.analysis.blurring import Blurring
from services.analysis.frames import ReadFrame
from services.analysis.tracking import read_frames
from services.inference.observation import Seen
from services.inference.pictures import BgrImage
from tests.made_people import SIZE
from tests.made_recordings import at_30, seen

LEFT, RIGHT = seen(100), seen(400)


def noise() -> BgrImage:
    return np.random.default_rng(1).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


def blurred(*frames: list[Seen] | str) -> list[NDArray[np.bool_]]:
    """Where each frame is no longer as it was."""
    blurring, changed = Blurring(), []
    for frame in read_frames(at_30(*frames)):
        pixels = noise()
        blurring.apply(frame, pixels)
        changed.append((pixels != noise()).any(axis=2))
    return changed


def is_hidden(changed: NDArray[np.bool_], face: Seen) -> bool:
    x, y, w, h = face.box
    return bool(changed[y : y + h, x : x + w].mean() > 0.99)


def test_a_face_is_hidden_and_what_is_far_from_it_is_not() -> None:
    (changed,) = blurred([LEFT])
    assert is_hidden(changed, LEFT)
    assert not changed[:, 300:].any()


def test_a_face_that_is_missed_stays_hidden() -> None:
    assert all(is_hidden(changed, LEFT) for changed in blurred([LEFT], [LEFT], *[[]] * 60))


def test_what_was_detected_once_and_has_no_row_is_hidden_too() -> None:
    assert all(is_hidden(changed, RIGHT) for changed in blurred([LEFT], [LEFT, RIGHT], *[[LEFT]] * 60)[1:])


def test_of_a_frame_that_failed_nothing_is_shown() -> None:
    first, second = blurred([LEFT], "failed")
    assert not first.all()
    assert second.mean() > 0.99


def test_a_frame_in_which_nobody_is_seen_is_left_as_it_is() -> None:
    pixels = noise()
    (frame,) = read_frames(at_30([]))
    assert isinstance(frame, ReadFrame)
    Blurring().apply(frame, pixels)
    assert np.array_equal(pixels, noise())
