"""A scene as it is kept for the replica that leads next."""

import json
from typing import Any

from services.notify.scene import Known, Scene
from shared.entities import EXPRESSIONS, UNSURE
from shared.errors import EntryError


def encode_scene(scene: Scene) -> bytes:
    """Return a scene as compact JSON, some 40 bytes a face."""
    faces = {str(track): [one.said, one.shown, one.seen, one.area] for track, one in scene.faces.items()}
    rows = [faces, scene.largest, list(scene.order), scene.n, scene.newest, scene.lost, scene.known]
    return json.dumps(rows, separators=(",", ":")).encode()


def decode_scene(data: bytes) -> Scene:
    """Return the scene that was kept.

    Raises:
        EntryError: it is not what `encode_scene` writes.
    """
    try:
        faces, largest, order, n, newest, lost, known = json.loads(data)
        return Scene(
            faces={_natural(track): _known(*row) for track, row in faces.items()},
            largest=None if largest is None else _natural(largest),
            order=(_natural(order[0]), _natural(order[1])),
            n=_natural(n),
            newest=_natural(newest),
            lost=None if lost is None else str(lost),
            known=bool(known),
        )
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise EntryError(f"what was told cannot be decoded: {str(error)[:80]}") from error


def _known(said: Any, shown: Any, seen: Any, area: Any) -> Known:  # noqa: ANN401  out of JSON
    if said not in (None, *EXPRESSIONS) or shown not in (UNSURE, *EXPRESSIONS):
        raise ValueError("an unknown expression")
    return Known(said, shown, _natural(seen), _natural(area))


def _natural(value: Any) -> int:  # noqa: ANN401  out of JSON
    number = int(value)
    if number < 0:
        raise ValueError("less than 0")
    return number
