"""How long the periods are that a row of the history sums up."""

import re

from shared.history import Period

AUTO_STEPS_S = (1, 2, 5, 10, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)
"""Round ones. None between 10 s and a minute: from a minute on a sixtieth of the rows has to be read."""

AUTO_ROWS = 600
"""About as many as a chart can show: one for every two pixels."""

LONGEST_STEP_S = 86_400

UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3_600}


def auto_step(span_s: float) -> int:
    """Return the seconds that a row should sum up so that a span has `AUTO_ROWS` rows at most.

    Of more than `AUTO_ROWS` days, it has more.
    """
    return next((step for step in AUTO_STEPS_S if span_s <= AUTO_ROWS * step), LONGEST_STEP_S)


def parse_step(text: str) -> int | None:
    """Return the seconds of `10`, `10s`, `5m` or `1h`; None for anything else."""
    match = re.fullmatch(r"([0-9]{1,6})([smh]?)", text)
    return int(match[1]) * UNIT_S[match[2]] if match else None


def period_of(step_s: int) -> Period:
    """Return the coarsest sums of which a step is made."""
    return "1s" if step_s % 60 else "1m"
