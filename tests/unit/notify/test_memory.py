import pytest

from services.notify.memory import decode_scene, encode_scene
from services.notify.scene import Known, Scene
from shared.errors import EntryError

SCENE = Scene(
    faces={7: Known("happy", "unsure", 10**18, 400), 8: Known(None, "unsure", 10**18 + 1, 300)},
    largest=7,
    order=(1_700_000_000_000, 3),
    n=42,
    newest=10**18 + 1,
    lost="nobody listens",
    known=True,
)


@pytest.mark.parametrize("scene", [Scene(), SCENE])
def test_a_scene_comes_back_as_it_was(scene: Scene) -> None:
    assert decode_scene(encode_scene(scene)) == scene


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"[[]]",
        b"\xff",
        b"[" * 100_000,
        encode_scene(SCENE).replace(b"happy", b"merry"),
        encode_scene(SCENE).replace(b"42", b"-42"),
        encode_scene(SCENE).replace(b'"7"', b'"x"'),
    ],
)
def test_what_is_no_scene_is_an_error_with_a_name(data: bytes) -> None:
    with pytest.raises(EntryError):
        decode_scene(data)
