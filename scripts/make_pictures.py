"""Makes docs/pictures/pages/: each page, light and dark, on a desk and on a phone, with the demo clip.

Run it with `make pictures`, where Chromium is installed. It takes some minutes, for the history to have
something to show.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path("docs/pictures/pages")
STYLE = Path("services/web/static/mien.css")
NEARLY = 8
"""Steps of 255, in a channel, that nobody sees; Pillow does not tell them apart either."""

COLOURS = 256
"""Of a palette; with it a page with photographs stays under 250 kB."""

TALLEST = 1900
"""Pixels of a page, on its screen's scale: what is further down says little."""

SIGNED_OUT = 401
READY_WITHIN_S = 60.0
FACES_FOR_S = 75.0
"""For so long the demo plays before the pages that show the past."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: CSS pixels, and how many of its own make one."""

    name: str
    width: int
    height: int
    scale: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its name and path, what is there when it is complete, how long it plays first; its status."""

    name: str
    path: str
    ready: str
    plays_s: float = 1.0
    status: int = 200


SCREENS = (Screen("desktop", 1280, 900, 1.0), Screen("phone", 390, 844, 1.5))

PAGES = (
    Shown("live", "/cameras/hall", "#faces .face", 4.0),
    Shown("history", "/cameras/hall/history?range=10m", "h1", 4.0),
    Shown("home", "/", ".tile canvas[data-drawn]", 3.0),
    Shown("device", "/device", "#start"),
    Shown("api", "/api", "h1"),
    Shown("error", "/cameras/none", ".code", status=404),
    Shown("sign-in", "/", "#token", status=SIGNED_OUT),
)


def main() -> int:
    """Make them all; return the exit code."""
    OUT.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(16)
    with running(token) as address, browser() as chromium:
        warm_up(chromium, f"{address}/cameras/hall?token={token}")
        for shown, screen, colours in product(PAGES, SCREENS, ("light", "dark")):
            url = address + signed_in(shown, token)
            path = OUT / f"{shown.name}-{colours}-{screen.name}.png"
            path.write_bytes(picture(chromium, url, shown, screen, dark=colours == "dark"))
            sys.stdout.write(f"{path}  {path.stat().st_size / 1000:.0f} kB\n")
    return 0


def signed_in(shown: Shown, token: str) -> str:
    """Return a page's path, with the token where it is to be seen signed in."""
    if shown.status == SIGNED_OUT:
        return shown.path
    return f"{shown.path}{'&' if '?' in shown.path else '?'}token={token}"


@contextmanager
def running(token: str) -> Iterator[str]:
    """Run `mien up` with two cameras, and nothing of this machine's settings; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIEN_")}
    with tempfile.TemporaryDirectory() as state:
        cameras = ["--camera", "hall=demo:", "--camera", "door=test:", "--camera", "yard=demo:"]
        process = subprocess.Popen(  # noqa: S603  this very program
            [sys.executable, "-m", "services.cli", "up", *cameras, "--port", str(port)],
            env={**kept, "XDG_STATE_HOME": state, "MIEN_TOKEN": token, "MIEN_LOG_LEVEL": "WARNING"},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def wait_for(port: int) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a headless Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("make pictures: chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def warm_up(chromium: Browser, url: str) -> None:
    """Watch a camera for a while, so that there is a past to show."""
    page = chromium.new_page()
    page.goto(url)
    page.wait_for_timeout(1000 * FACES_FOR_S)
    page.close()


def picture(chromium: Browser, url: str, shown: Shown, screen: Screen, *, dark: bool) -> bytes:
    """Return a page as a PNG with a palette."""
    context = chromium.new_context(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.scale,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    answer = page.goto(url)
    if answer is None or answer.status != shown.status:
        raise SystemExit(f"make pictures: {shown.path} does not answer {shown.status}")
    page.locator(shown.ready).first.wait_for(state="attached")
    page.wait_for_timeout(1000 * shown.plays_s)
    png = whole(page, screen)
    context.close()
    return with_palette(png)


def whole(page: Page, screen: Screen) -> bytes:
    """Return a screenshot of a page, as far down as it goes or as is of interest."""
    height = min(TALLEST, max(screen.height, page.evaluate("document.documentElement.scrollHeight")))
    clip = {"x": 0, "y": 0, "width": screen.width, "height": height}
    return page.screenshot(full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]  # a TypedDict


def with_palette(png: bytes) -> bytes:
    """Return a picture in few colours, the pages' own among them: a small mark would else get another."""
    whole = Image.open(BytesIO(png)).convert("RGB")
    own = sorted({bytes.fromhex(name) for name in re.findall(r"#([0-9a-f]{6})", STYLE.read_text())})
    few = bytes(whole.quantize(COLOURS - len(own), dither=Image.Dither.NONE).getpalette() or [])
    found = [few[at : at + 3] for at in range(0, len(few), 3)]
    others = [colour for colour in found if min(_apart(colour, one) for one in own) > NEARLY]
    palette = Image.new("P", (1, 1))
    palette.putpalette(b"".join([*own, *others]))
    out = BytesIO()
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _apart(one: bytes, other: bytes) -> int:
    """Return how far apart colours are, in steps of a channel."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    sys.exit(main())
