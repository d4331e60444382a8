"""The processor for a frame, by what its camera asks for beyond this worker's own settings."""

from collections.abc import Callable

from services.inference.processor import FrameProcessor
from shared.entities import Labels, Privacy
from shared.errors import ModelError


class Processors:
    """Processors by labels and by how thoroughly they look; each is made when a camera first needs it.

    Args:
        own: of this worker's settings.
        build: makes the one for some labels; raises a `ModelError` where the model does not have them.
    """

    def __init__(self, own: FrameProcessor, build: Callable[[Labels], FrameProcessor]) -> None:
        self._build = build
        self._built: dict[str | None, FrameProcessor | ModelError] = {
            None: own,
            own.depends_on.get("labels"): own,
        }
        self._thorough: dict[Labels | None, FrameProcessor] = {}
        self._among: dict[tuple[Labels | None, int], FrameProcessor] = {}

    def of(self, privacy: Privacy, labels: Labels | None, cameras: int = 1) -> FrameProcessor:
        """Return the processor for frames that are made so private, their faces read by these labels.

        `cameras` is how many give frames at once.

        Raises:
            ModelError: the model does not have these labels. Those of another kind would be taken for them.
        """
        plain = self._of_labels(labels)
        if privacy is not Privacy.BLUR:
            return self._for_so_many(plain, labels, cameras)
        # Where faces are blurred, none may be overlooked, at whatever cost.
        if labels not in self._thorough:
            self._thorough[labels] = plain.thorough()
        return self._thorough[labels]

    def _for_so_many(self, plain: FrameProcessor, labels: Labels | None, cameras: int) -> FrameProcessor:
        key = labels, cameras
        if key not in self._among:
            self._among[key] = plain.among(cameras)
        return self._among[key]

    def _of_labels(self, labels: Labels | None) -> FrameProcessor:
        if labels is not None and labels not in self._built:
            self._built[labels] = self._try(labels)
        built = self._built[labels]
        if isinstance(built, ModelError):
            raise ModelError(str(built))
        return built

    def _try(self, labels: Labels) -> FrameProcessor | ModelError:
        try:
            return self._build(labels)
        except ModelError as error:
            return error  # Kept: to find it out again for each frame would take the other cameras' time.
