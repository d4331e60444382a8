import json
from pathlib import Path

import pytest

from shared.errors import ModelError
from training.params import load_params
from training.runs import RunFolder, RunRecord, versions


def made_record() -> RunRecord:
    return RunRecord("mien", {"fer2013": 7}, 44, "ab", {"Training": 3}, {"seed": 1}, versions(), 45.0)


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    folder, record = RunFolder(tmp_path), made_record()
    record.history.append({"epoch": 1.0, "loss": 2.5})
    folder.write_record(record)
    assert folder.read_record() == record


def test_a_folder_without_a_run_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no run here; start one with python -m training\.train"):
        RunFolder(tmp_path / "none").read_record()


@pytest.mark.parametrize("text", ["{", "[]", '{"network": "mien"}'])
def test_a_damaged_record_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"run\.json"):
        RunFolder(tmp_path).read_record()


def test_an_earlier_run_moves_aside_instead_of_being_lost(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "latest")
    for name in ("first", "second", "third"):
        folder.make_room()
        (folder.path / name).touch()
    assert (tmp_path / "latest-1" / "first").exists()
    assert (tmp_path / "latest-2" / "second").exists()
    assert [path.name for path in folder.path.iterdir()] == ["third"]


def test_a_run_under_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="run: cannot be written: "):
        RunFolder(tmp_path / "file" / "run").make_room()


def test_keras_names_the_head_only_beside_another() -> None:
    record = made_record()
    assert record.accuracy_key("PublicTest") == "public_accuracy"
    record.heads["ferplus"] = 8
    assert record.accuracy_key("Training") == "fer2013_accuracy"


def test_a_run_of_an_older_version_is_one_line_that_names_what_it_lacks(tmp_path: Path) -> None:
    record = made_record()
    record.params = {"network_params": {"peak_rate": 0.1, "l2": 0.0, "dropout": 0.2, "sizes": [[0, 44]]}}
    with pytest.raises(ModelError) as caught:
        RunFolder(tmp_path).read_network_params(record)
    reason = "a network's parameters lack 'stages': an older version's run; train anew"
    assert str(caught.value) == f"{tmp_path / 'run.json'}: {reason}"


def test_a_run_s_network_parameters_come_back_as_they_were(tmp_path: Path) -> None:
    folder, record, params = RunFolder(tmp_path), made_record(), load_params("mien")
    record.params = params.record()
    folder.write_record(record)
    assert folder.read_network_params(folder.read_record()) == params.network_params


def test_a_record_that_knew_of_no_teacher_had_none(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.write_record(made_record())
    stored = json.loads(folder.record_path.read_text(encoding="utf-8"))
    del stored["teacher_sha256"]
    folder.record_path.write_text(json.dumps(stored), encoding="utf-8")
    assert folder.read_record().teacher_sha256 is None
