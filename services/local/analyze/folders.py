"""Where the results of each video go."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from shared.errors import SettingsError


def folders_of(videos: Sequence[Path], out: Path) -> list[Path]:
    """Return the folder of each video's results: `out` for a single one, else one within it.

    That is called as the video is, without its ending where that is enough to tell them apart.

    Raises:
        SettingsError: two videos are the same, or of the same name.
    """
    if len(videos) == 1:
        return [out]
    _refuse_repeats(videos, lambda video: str(video.absolute()), "{0} is given twice")
    _refuse_repeats(
        videos,
        lambda video: video.name,
        "{0} and {1} are of the same name: analyse them into different --out",
    )
    stems = Counter(video.stem for video in videos)
    return [out / (video.stem if stems[video.stem] == 1 else video.name) for video in videos]


def _refuse_repeats(videos: Sequence[Path], key: Callable[[Path], str], line: str) -> None:
    seen: dict[str, Path] = {}
    for video in videos:
        if key(video) in seen:
            raise SettingsError(line.format(seen[key(video)], video))
        seen[key(video)] = video
