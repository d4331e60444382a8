"""The feed as a plain generator of bytes, one item for each write to the viewer."""

import time
from collections.abc import Callable, Iterator

from services.web.feed import Feed
from services.web.line import Line
from services.web.multipart import OPENING
from services.web.picture import Picture

FIRST_WAIT_S = 0.25
"""For a first picture: the reader of a camera that is running has one by then."""

PLACEHOLDER_AFTER_S = 1.0
"""Without a picture for so long, and again after as long, a placeholder is sent."""


def parts(
    feed: Feed[Picture],
    line: Line,
    *,
    is_fresh: Callable[[Picture], bool],
    placeholder: Callable[[], bytes],
    sent: Callable[[Picture], None],
) -> Iterator[bytes]:
    """Yield the parts of a viewer's answer until the viewer takes no more or the feed ends.

    Args:
        feed: the camera's.
        line: the viewer's.
        is_fresh: tells whether a picture is new enough to be shown to a viewer that has just come.
        placeholder: returns the part to send when there is no picture.
        sent: is told of each picture after it has been written.
    """
    yield OPENING
    version, picture = feed.latest()
    if picture is None or not is_fresh(picture):
        version, picture = feed.newer(version, FIRST_WAIT_S)
    while not feed.closed:
        part = picture.part if picture and picture.part else placeholder()
        yield part
        if picture and picture.part:
            sent(picture)
        if not line.wait_until_taken(len(part)):
            return
        version, picture = _next(feed, version)


def _next(feed: Feed[Picture], version: int) -> tuple[int, Picture | None]:
    """Wait for something to show; results without a picture are passed over, up to the next placeholder."""
    deadline = time.monotonic() + PLACEHOLDER_AFTER_S
    while True:
        version, picture = feed.newer(version, max(0.0, deadline - time.monotonic()))
        if picture is None or picture.part or time.monotonic() >= deadline:
            return version, picture
