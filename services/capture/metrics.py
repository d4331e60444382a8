"""What capture counts for Prometheus."""

from contextlib import suppress
from threading import Lock

from prometheus_client import Counter, Gauge

PUBLISHED = Counter("mien_frames_captured", "Frames published to the frames stream.", ["camera"])
REPLACED = Gauge(
    "mien_pictures_replaced", "Pictures that never became frames: overtaken by a newer one.", ["camera"]
)
BROKEN = Counter("mien_pictures_broken", "Pictures passed over, for they could not be decoded.", ["camera"])
LOST = Counter("mien_source_lost", "Times that a source could not be opened or was lost.", ["camera"])
LIVE = Gauge("mien_camera_live", "1 while the camera gives pictures.", ["camera"])
CONFIGURED = Gauge(
    "mien_cameras_file_in_use",
    "0 while an edit of the cameras' file is refused or could not be applied, else 1.",
)
CONFIGURED.set(1)  # Where there is no file, no edit of it is refused.


class CameraMetrics:
    """What is counted of one camera, until it is to end: what its driver does later brings nothing back."""

    def __init__(self, camera: str) -> None:
        self._camera = camera
        self._ended = False
        self._live = False
        self._published: Counter | None = None
        self._replaced = -1
        self._lock = Lock()

    def published(self, replaced: int) -> None:
        """Count a frame; note how many pictures never became one."""
        with self._lock:
            if self._ended:
                return
            if self._published is None:
                self._published = PUBLISHED.labels(self._camera)
            self._published.inc()
            if replaced != self._replaced:
                REPLACED.labels(self._camera).set(replaced)
                self._replaced = replaced
            if not self._live:
                LIVE.labels(self._camera).set(1)
                self._live = True

    def broken(self, number: int) -> None:
        """Count pictures that could not be decoded."""
        with self._lock:
            if not self._ended:
                BROKEN.labels(self._camera).inc(number)

    def lost(self) -> None:
        """Count that its source was lost."""
        with self._lock:
            if not self._ended:
                LOST.labels(self._camera).inc()

    def closed(self) -> None:
        """Note that it gives no pictures now."""
        with self._lock:
            if not self._ended:
                LIVE.labels(self._camera).set(0)
                self._live = False

    def end(self) -> None:
        """Note that it is to end; from now on nothing is counted."""
        with self._lock:
            if not self._ended:
                LIVE.labels(self._camera).set(0)
                self._ended = True


def remove(camera: str) -> None:
    """Take a camera that is no more out of all of them."""
    for metric in (PUBLISHED, REPLACED, BROKEN, LOST, LIVE):
        with suppress(KeyError):
            metric.remove(camera)
