"""The feed as a plain generator of bytes, one item for each write to the viewer."""

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
        part = placeholder() if picture is None else picture.part
        yield part
        if picture is not None:
            sent(picture)
        if not line.wait_until_taken(len(part)):
            return
        version, picture = feed.newer(version, PLACEHOLDER_AFTER_S)
