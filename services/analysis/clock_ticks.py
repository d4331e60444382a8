"""Marks on an axis of time, as a clock writes them."""

import math

HOUR_S = 3600.0

DAY_S = 24 * HOUR_S

STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR_S, 2 * HOUR_S, 6 * HOUR_S)

MOST_TICKS = 14


def ticks(end_s: float) -> tuple[list[float], list[str]]:
    """Return where marks stand from 0 to `end_s` seconds, at round times, and what is written at them."""
    days = DAY_S * max(1, math.ceil(end_s / DAY_S / MOST_TICKS))
    step = next((step for step in STEPS_S if end_s / step <= MOST_TICKS), days)
    times = [number * step for number in range(int(end_s / step + 1e-9) + 1)]
    return times, [clock_text(time, end_s, tenths=step < 1) for time in times]


def clock_text(time_s: float, end_s: float, *, tenths: bool = False) -> str:
    """Return `1:05`, of a video of an hour or more `0:01:05`, and with tenths `0:00.5`."""
    minutes, seconds = divmod(round(time_s, 1), 60)
    second = f"{seconds:04.1f}" if tenths else f"{int(seconds):02}"
    if end_s < HOUR_S:
        return f"{int(minutes)}:{second}"
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{second}"


def axis_label(end_s: float) -> str:
    """Return what the marks are."""
    return f"time in the video ({'hours:' if end_s >= HOUR_S else ''}minutes:seconds)"
