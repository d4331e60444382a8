from services.notify.level import NOBODY, Level, level_of
from services.notify.scene import Known, Scene


def test_a_level_is_that_of_the_largest_face() -> None:
    faces = {1: Known("happy", "happy", 1, 10), 2: Known("sad", "unsure", 1, 20)}
    assert level_of(Scene(faces=faces, largest=2, known=True)) == Level("unsure", 2, True)


def test_without_a_face_nobody_is_shown() -> None:
    assert level_of(Scene(known=True, lost="away")) == Level(NOBODY, 0, False)


def test_what_is_not_known_yet_is_not_said() -> None:
    assert level_of(Scene()).connected is None
