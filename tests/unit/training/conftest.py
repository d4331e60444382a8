"""Made data: small files in the form of FER2013's and FER+'s, with drawn pictures."""

import gzip
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Row = tuple[object, Picture | str, str]
WriteCsv = Callable[..., Path]

PACKERS: dict[str, Callable[[bytes], bytes]] = {".xz": lzma.compress, ".gz": gzip.compress}


def draw_picture(label: int, seed: int) -> Picture:
    """Noise with a bright bar whose height tells the label."""
    picture = np.random.default_rng(seed).integers(0, 120, (48, 48), dtype=np.uint8)
    picture[6 * label + 2 : 6 * label + 7, 8:40] = 230
    return picture


def made_rows(training: int = 70, public: int = 14) -> list[Row]:
    """Rows of both splits, all labels in turn."""
    splits = ["Training"] * training + ["PublicTest"] * public
    return [(index % 7, draw_picture(index % 7, index), split) for index, split in enumerate(splits)]


def as_text(pixels: Picture | str) -> str:
    """Grey values parted by blanks."""
    return pixels if isinstance(pixels, str) else " ".join(map(str, pixels.ravel().tolist()))


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Writes rows of (label, picture or text, split) as a CSV in `tmp_path`, packed as its name says."""

    def write(rows: Sequence[Row], name: str = "fer2013.csv", variant: str = "fer2013") -> Path:
        lines = ["emotion,pixels,Usage" if variant == "fer2013" else "emotion, Usage, pixels"]
        for label, pixels, split in rows:
            cells: list[Any] = [label, as_text(pixels), split]
            if variant != "fer2013":
                cells = [label, split, as_text(pixels)]
            lines.append(",".join(map(str, cells)))
        path = tmp_path / name
        data = ("\n".join(lines) + "\n").encode()
        path.write_bytes(PACKERS.get(path.suffix, bytes)(data))
        return path

    return write


@pytest.fixture
def rows() -> list[Row]:
    """Seventy rows of Training and fourteen of PublicTest."""
    return made_rows()


@pytest.fixture
def write_votes(tmp_path: Path) -> Callable[[Sequence[Row]], Path]:
    """Writes a fer2013new.csv for rows: ten votes, nine for one class, one unknown."""

    def write(rows: Sequence[Row]) -> Path:
        columns = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
        lines = ["Usage,Image name," + columns]
        for index, (label, _, split) in enumerate(rows):
            votes = [0] * 10
            votes[int(str(label))], votes[8] = 9, 1
            lines.append(f"{split},fer{index:07d}.png," + ",".join(map(str, votes)))
        path = tmp_path / "fer2013new.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
