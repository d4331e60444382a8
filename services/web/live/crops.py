"""The newest face crops: a face is not read in each frame, and what is said of it is of the last reading."""

from dataclasses import replace

from shared.entities import Face, Privacy, Result

KEPT_S = 2.0
"""A face that is not read for so long is not seen any longer."""


class Crops:
    """Remembers what the model saw of the faces that one camera shows."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, bytes]] = {}

    def filled(self, result: Result, now: float) -> Result:
        """Return a result whose faces have the crops of their last readings, at `now`, in seconds."""
        if result.privacy is not Privacy.OFF:
            # Nor may what was seen before.
            self._kept.clear()
            return result
        self._kept = {track: kept for track, kept in self._kept.items() if now - kept[0] < KEPT_S}
        for face in result.faces:
            if face.track is not None and face.crop is not None:
                self._kept[face.track] = now, face.crop
        return replace(result, faces=tuple(map(self._filled, result.faces)))

    def _filled(self, face: Face) -> Face:
        if face.crop is not None or face.track not in self._kept:
            return face
        return replace(face, crop=self._kept[face.track][1])
