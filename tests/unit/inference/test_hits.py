import numpy as np
import pytest

from services.inference.hits import Hit, agreed, around, cut, find_hits, moved, open_cascade, within
from services.inference.pictures import GreyImage
from shared.entities import Box
from shared.errors import ModelError

GREY = np.zeros((200, 400), np.uint8)


class FakeCascade:
    """Hits wherever it is told to, and remembers what it saw."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = hits
        self.seen: GreyImage | None = None
        self.options: dict[str, object] = {}

    def detectMultiScale(self, picture: GreyImage, **options: object) -> tuple[Hit, ...]:  # noqa: N802
        self.seen, self.options = picture, options
        return self.hits


def find(fake: FakeCascade, *, scale: float = 1.0, tilt: float = 0.0) -> list[Hit]:
    found = find_hits(fake, GREY, scale=scale, step=1.1, least=20, most=60, tilt=tilt)  # type: ignore[arg-type]
    return list(found)


def test_hits_come_back_in_pixels_of_the_picture() -> None:
    fake = FakeCascade((10, 20, 30, 30))
    assert find(fake, scale=2.0) == [(20, 40, 60, 60)]
    assert fake.seen is not None
    assert fake.seen.shape == (100, 200)


def test_the_sizes_searched_are_those_of_the_reduced_picture() -> None:
    fake = FakeCascade()
    assert find(fake, scale=4.0) == []
    assert (fake.options["minSize"], fake.options["maxSize"]) == ((20, 20), (60, 60))


def test_a_hit_in_the_middle_of_a_tilted_picture_stays_where_it_is() -> None:
    assert find(FakeCascade((180, 80, 40, 40)), tilt=18) == [(180, 80, 40, 40)]


def test_a_hit_in_a_tilted_picture_comes_back_to_where_it_was_before() -> None:
    # Turned a quarter anticlockwise about (200, 100), what was right of the middle is above it.
    assert find(FakeCascade((190, 40, 20, 20)), tilt=90) == [(240, 90, 20, 20)]


def test_hits_that_agree_are_one_with_their_number() -> None:
    hits = [(100, 50, 40, 40), (102, 50, 40, 40), (104, 50, 40, 40), (300, 50, 40, 40)]
    assert agreed(hits, 3) == [((102, 50, 40, 40), 3)]
    assert agreed(hits, 4) == []
    assert [count for _, count in agreed(hits[1:], 2)] == [2]


def test_no_hits_are_no_group() -> None:
    assert agreed([], 2) == []


@pytest.mark.parametrize(
    ("hit", "box"),
    [
        ((10, 20, 30, 30), Box(10, 20, 30, 30)),
        ((-10, -20, 30, 30), Box(0, 0, 20, 10)),
        ((390, 190, 30, 30), Box(390, 190, 10, 10)),
        ((-50, 210, 30, 30), Box(0, 199, 1, 1)),
    ],
)
def test_a_hit_beyond_the_edge_is_cut_to_the_picture(hit: Hit, box: Box) -> None:
    assert within(hit, GREY) == box


def test_a_cascade_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match=r"has no usable haarcascade_none\.xml"):
        open_cascade("haarcascade_none.xml")


def test_the_part_of_a_picture_about_a_box_ends_at_its_edges() -> None:
    assert around(Box(100, 50, 40, 40), 2.0, GREY) == Box(80, 30, 80, 80)
    assert around(Box(0, 180, 40, 20), 2.0, GREY) == Box(0, 160, 60, 40)


def test_a_hit_in_a_part_of_a_picture_is_where_that_part_is() -> None:
    region = Box(80, 30, 60, 50)
    assert cut(GREY, region).shape == (50, 60)
    assert moved((-3, 5, 20, 20), region) == (77, 35, 20, 20)
