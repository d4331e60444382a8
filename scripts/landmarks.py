"""Where a face's landmarks go for an expression."""

from collections.abc import Mapping
from dataclasses import fields

from scripts.portraits import Point, Portrait, Pose

_LEAST_GAP = 0.5  # pixels that closed lips stay apart, so that the warp stays smooth
_LIPS = ("lip_top", "inner_top", "inner_bottom", "lip_bottom")
TOWARDS_CORNER = {"ll": 0.8, "l": 0.5, "c": 0.0, "r": 0.5, "rr": 0.8}
# How much of the corners' way out, of their way up and of the jaw's way down other parts go.
_ALONG = {
    "mouth": (1.0, 1.0, 0.35),
    "fold": (0.6, 0.6, 0.2),
    "cheek": (0.2, 0.35, 0.0),
    "chin": (0.0, 0.0, 0.8),
    "jaw": (0.0, 0.0, 0.6),
    "jaw_side": (0.0, 0.0, 0.2),
}


def blended(weights: Mapping[str, float], poses: Mapping[str, Pose]) -> Pose:
    """Mix poses by `weights`, which sum to 1."""
    return Pose(
        **{
            part.name: sum(weight * getattr(poses[name], part.name) for name, weight in weights.items())
            for part in fields(Pose)
        }
    )


def posed(portrait: Portrait, pose: Pose, blink: float) -> dict[str, Point]:
    """Return where the landmarks of `portrait` are in `pose`, in its own pixels; `blink` 1 is eyes shut."""
    moved = {
        name: (x + portrait.unit * dx, y - portrait.unit * up)
        for (name, (x, y)), (dx, up) in zip(
            portrait.landmarks.items(), (_shift(name, pose) for name in portrait.landmarks), strict=True
        )
    }
    return _with_lips_apart(_with_lids(moved, blink))


def _shift(name: str, p: Pose) -> tuple[float, float]:
    """Right and up, in distances between the pupils."""
    part, where = name.rsplit("_", 1) if "_" in name else (name, "c")
    side = -1 if where in ("l", "ll") or part.endswith("_l") else 1
    if part.startswith("lid"):
        return 0.0, p.lids_up if where == "top" else p.squint
    if part.startswith("brow"):
        return _brow_shift(where, side, p)
    if part in _LIPS:
        return _lip_shift(part, side, TOWARDS_CORNER[where], p)
    right, up, down = _ALONG[name.removesuffix("_l").removesuffix("_r")]
    return side * right * p.corners_out, up * p.corners_up - down * p.jaw_down


def _lip_shift(part: str, side: int, corner: float, p: Pose) -> tuple[float, float]:
    """`corner` is 0 in the middle of the mouth and 1 where the lips meet."""
    right, up = side * corner * p.corners_out, corner**1.5 * p.corners_up - 0.35 * corner**2 * p.jaw_down
    if part.endswith("top"):
        return right, up + (1 - corner**2) * p.lip_up
    return right, up - (1 - corner**2) * p.jaw_down


def _brow_shift(where: str, side: int, p: Pose) -> tuple[float, float]:
    middle = (p.brows_in_up + p.brows_out_up) / 2
    shifts = {
        "in": (p.brows_together, p.brows_in_up),
        "mid": (p.brows_together / 3, middle),
        "out": (0.0, p.brows_out_up),
    }
    together, up = shifts[where]
    return -side * together, up


def _with_lids(points: dict[str, Point], blink: float) -> dict[str, Point]:
    for eye in ("lid_l", "lid_r"):
        (x, top), (_, bottom) = points[f"{eye}_top"], points[f"{eye}_bottom"]
        points[f"{eye}_top"] = (x, top + 0.7 * blink * (bottom - top))
    return points


def _with_lips_apart(points: dict[str, Point]) -> dict[str, Point]:
    for where in TOWARDS_CORNER:
        x_top, top = points[f"inner_top_{where}"]
        x_bottom, bottom = points[f"inner_bottom_{where}"]
        lack = max(0.0, _LEAST_GAP - (bottom - top)) / 2
        points[f"inner_top_{where}"] = (x_top, top - lack)
        points[f"inner_bottom_{where}"] = (x_bottom, bottom + lack)
    return points
