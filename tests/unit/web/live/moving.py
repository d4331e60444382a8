"""A camera whose results come as a clock is moved: nothing really waits."""

from services.web.channel import Channel
from services.web.feed import Feed
from services.web.hub import Hub
from services.web.picture import Picture, picture_of
from tests.unit.web.fakes import Clock, World, result


class MovingFeed(Feed[Picture]):
    """A feed whose readers move the clock instead of waiting."""

    def __init__(self, camera: "MovingCamera") -> None:
        super().__init__()
        self._camera = camera

    def newer(self, version: int, timeout_s: float) -> tuple[int, Picture | None]:
        end = self._camera.clock() + timeout_s
        while self.latest()[0] == version and self._camera.clock() < end:
            # A little more than nothing, whatever the sum of the steps is rounded to.
            self._camera.advance(max(1e-6, min(0.005, end - self._camera.clock())))
        return super().newer(version, 0)


class MovingCamera:
    """A camera of a world, whose results come at their times."""

    def __init__(self, world: World, hub: Hub, camera: str = "cam") -> None:
        self.clock: Clock = world.clock
        self.channel: Channel = hub.touch(camera)
        self.channel.feed = MovingFeed(self)
        self._coming: list[tuple[float, int]] = []

    def expect(self, *frames: int, fps: float = 15) -> None:
        """Let results of these frames come from now on, at this rate."""
        now = self.clock()
        self._coming += [(now + n / fps, frame) for n, frame in enumerate(frames, 1)]

    def show(self, *frames: int) -> None:
        """Let results come at once."""
        for frame in frames:
            self.channel.show(picture_of(result(frame), arrived=self.clock(), latency_ns=40_000_000))

    def advance(self, seconds: float) -> None:
        """Let the time pass."""
        self.clock.move(seconds)
        while self._coming and self._coming[0][0] <= self.clock() + 1e-9:
            self.show(self._coming.pop(0)[1])


class Line:
    """The line to a reader that takes all at once, or `slow_s` seconds for each message, or not at all."""

    def __init__(self, camera: MovingCamera, slow_s: float = 0.0, most: int = 1_000_000) -> None:
        self._camera = camera
        self._slow_s = slow_s
        self._left = most
        self.sizes: list[int] = []

    def wait_until_taken(self, sent: int) -> bool:
        """Let the time pass that it takes."""
        self.sizes.append(sent)
        self._camera.advance(self._slow_s)
        self._left -= 1
        return self._left > 0
