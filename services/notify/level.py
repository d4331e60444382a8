"""How one camera is now, for receivers that show it: no events, the newest only."""

from dataclasses import dataclass

from services.notify.scene import Scene

NOBODY = "nobody"
"""What is shown where no face is. (Home Assistant takes the word None for "unknown".)"""


@dataclass(frozen=True, slots=True)
class Level:
    """One camera now.

    Attributes:
        expression: what the largest face is labelled with, or `NOBODY`.
        faces: how many are there.
        connected: whether it gives pictures; None where that is not known yet.
    """

    expression: str
    faces: int
    connected: bool | None


def level_of(scene: Scene) -> Level:
    """Return a scene as it is shown."""
    largest = None if scene.largest is None else scene.faces.get(scene.largest)
    expression = largest.shown if largest else NOBODY
    return Level(expression, len(scene.faces), scene.lost is None if scene.known else None)
