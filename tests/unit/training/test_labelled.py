from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.entities import EXPRESSIONS
from shared.errors import DatasetError
from tests.unit.training.made_model import ferplus_of
from training.labelled import Data

WriteCsv = Callable[..., Path]
HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def write_ferplus(path: Path, labels: list[tuple[str, int]]) -> Path:
    """Nine votes for one column each, one for unknown."""
    lines = [HEADER]
    for index, (split, column) in enumerate(labels):
        votes = [0] * 10
        votes[column] = 9
        votes[8] += 1
        lines.append(f"{split},fer{index:07d}.png," + ",".join(map(str, votes)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_fer2013_labels_every_picture(write_csv: WriteCsv, rows: list[Any]) -> None:
    found = Data.read(write_csv(rows), None).labelled("PublicTest", "fer2013")
    assert found.labels.tolist() == [index % 7 for index in range(70, 84)]
    assert found.rows.tolist() == list(range(70, 84))
    assert found.fitted.tolist() == [True, False] * 7


def test_nothing_may_be_fitted_on_another_split(write_csv: WriteCsv, rows: list[Any]) -> None:
    assert not Data.read(write_csv(rows), None).labelled("Training", "fer2013").fitted.any()


def test_ferplus_labels_those_with_a_majority_that_is_shown(
    write_csv: WriteCsv, rows: list[Any], tmp_path: Path
) -> None:
    labels = [(split, ferplus_of(EXPRESSIONS[label])) for label, _, split in rows]
    labels[70], labels[75] = ("PublicTest", 7), ("PublicTest", 8)  # contempt and unknown
    votes = write_ferplus(tmp_path / "votes.csv", labels)
    data = Data.read(write_csv(rows), votes)
    found = data.labelled("PublicTest", "ferplus")
    assert sorted({*range(70, 84)} - {*found.rows.tolist()}) == [70, 75]
    assert found.labels.tolist() == (found.rows % 7).tolist()
    assert np.array_equal(found.pictures[0], data.dataset.split("PublicTest").pictures[1])


def test_a_head_is_measured_where_there_are_labels_for_it(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any]
) -> None:
    csv = write_csv(rows)
    assert Data.read(csv, None).measurable(["fer2013", "ferplus"]) == ["fer2013"]
    assert Data.read(csv, write_votes(rows)).measurable(["ferplus", "fer2013"]) == ["fer2013", "ferplus"]
    assert Data.read(csv, write_votes(rows)).measurable(["fer2013"]) == ["fer2013"]


def test_a_split_without_labels_in_both_halves_is_refused(
    write_csv: WriteCsv, rows: list[Any], tmp_path: Path
) -> None:
    votes = write_ferplus(tmp_path / "votes.csv", [(split, 7) for _, _, split in rows])
    with pytest.raises(DatasetError, match=r"too few pictures of PublicTest have a label for ferplus"):
        Data.read(write_csv(rows), votes).labelled("PublicTest", "ferplus")


def test_votes_of_another_file_are_refused(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any]
) -> None:
    with pytest.raises(DatasetError, match="83 rows, but"):
        Data.read(write_csv(rows), write_votes(rows[1:]))
