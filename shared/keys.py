"""The names of Mien's keys in the broker.

One camera's keys share a hash tag, `{CAM}`, so that they live in one slot of a Redis Cluster and
one script can touch them all.
"""

import re
from dataclasses import dataclass

from shared.errors import SettingsError

CAMERA_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")

GROUP = "inference"
"""The consumer group that all workers share."""

CAMERAS = "mien:cameras"
"""Sorted set: camera ids by their last heartbeat, in seconds of the broker's clock."""

WORKERS = "mien:workers"
"""Sorted set: worker ids by their last heartbeat, in seconds of the broker's clock."""

RECORDINGS = "mien:recordings"
"""Sorted set: ids of the recordings in work by their last heartbeat, in seconds of the broker's clock."""

NOTIFIER = "mien:notifier"
"""Hash: the replica of notify that leads, and its term."""

WAKE_CHANNEL = "mien:wake"
"""Pub/Sub channel: the id of a camera that has a new frame, without the picture."""


def worker_key(worker: str) -> str:
    """Return the key of the hash that says what a worker is and does."""
    return f"mien:worker:{worker}"


def check_camera_id(camera: str) -> str:
    """Return `camera` if it is a valid id.

    Raises:
        SettingsError: it is not.
    """
    if CAMERA_ID.fullmatch(camera) is None:
        raise SettingsError(
            f"camera id {camera[:40]!r} is not valid: 1 to 32 of a-z, 0-9, '_' and '-', "
            "beginning with a letter or a digit"
        )
    return camera


@dataclass(frozen=True, slots=True)
class CameraKeys:
    """The keys of one camera, or of one recording.

    Raises:
        SettingsError: the camera's id is not valid.
    """

    camera: str

    def __post_init__(self) -> None:
        check_camera_id(self.camera)

    def _key(self, name: str) -> str:
        return f"mien:{{{self.camera}}}:{name}"

    @property
    def frames(self) -> str:
        """Stream: one JPEG frame an entry."""
        return self._key("frames")

    @property
    def results(self) -> str:
        """Stream: one annotated frame an entry, with its faces."""
        return self._key("results")

    @property
    def expressions(self) -> str:
        """Stream: faces without pictures, the raw history."""
        return self._key("expressions")

    @property
    def expressions_1s(self) -> str:
        """Stream: the history rolled up by the second."""
        return self._key("expressions:1s")

    @property
    def expressions_1m(self) -> str:
        """Stream: the history rolled up by the minute."""
        return self._key("expressions:1m")

    @property
    def rollup(self) -> str:
        """Hash: the sums of the second and the minute that are still open."""
        return self._key("rollup")

    @property
    def counters(self) -> str:
        """Hash: frames captured, published, and lost by cause."""
        return self._key("counters")

    @property
    def ledger(self) -> str:
        """Hash: the last frame accepted, and how many frames are waiting and pending."""
        return self._key("ledger")

    @property
    def tracks(self) -> str:
        """Hash: the faces being followed, with a version."""
        return self._key("tracks")

    @property
    def commands(self) -> str:
        """Hash: what viewers asked for."""
        return self._key("commands")

    @property
    def watched(self) -> str:
        """Sorted set: web processes that have viewers, by time."""
        return self._key("watched")

    @property
    def status(self) -> str:
        """Hash: capture's words about the camera."""
        return self._key("status")

    @property
    def told(self) -> str:
        """Hash: what notify has told its receivers, for the replica that leads next."""
        return self._key("told")
