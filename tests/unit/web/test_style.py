import re

import pytest
from flask.testing import FlaskClient

from shared.entities import EXPRESSIONS


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours_of(client: FlaskClient, mode: str) -> dict[str, str]:
    light, dark = client.get("/static/mien.css").text.split("prefers-color-scheme: dark", 1)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return colours | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)) if mode == "dark" else colours


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_bar_stands_out_from_its_track(client: FlaskClient, mode: str) -> None:
    colours = colours_of(client, mode)
    low = {name: contrast(colours[name], colours["track"]) for name in EXPRESSIONS}
    assert [name for name, ratio in low.items() if ratio < 3] == []


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("words", "behind"),
    [
        *[(words, behind) for words in ("ink", "soft", "accent") for behind in ("page", "card")],
        *[
            ("ink", "calm-back"),
            ("soft", "calm-back"),
            ("accent-ink", "accent"),
            ("accent-ink", "accent-over"),
        ],
        *[(lamp, f"{lamp}-back") for lamp in ("good", "warn", "bad", "calm")],
        *[("bad", "card"), ("stage-ink", "stage")],
    ],
)
def test_words_can_be_read_on_what_is_behind_them(
    client: FlaskClient, mode: str, words: str, behind: str
) -> None:
    colours = colours_of(client, mode)
    assert contrast(colours[words], colours[behind]) >= 4.5
