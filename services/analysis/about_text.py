"""What is known about an analysis, as one argument of a program."""

import json
from dataclasses import asdict

from services.analysis.summary import About, Video


def about_text(about: About) -> str:
    """Return what is known about an analysis as one argument."""
    return json.dumps(asdict(about))


def read_about(text: str) -> About:
    """Return what `about_text` made a text of."""
    values = json.loads(text)
    return About(**{**values, "video": Video(**values["video"])})
