import json
from pathlib import Path

import pytest

from benchmarks import readme
from benchmarks.readme import BEGIN, END, NotForTheReadme, replaced, section
from tests.unit.benchmarks.results import results

ROOT = Path(__file__).parents[3]


def test_the_readme_of_this_repository_has_its_markers() -> None:
    text = (ROOT / "README.md").read_text()
    assert replaced(text, "new").count("new") >= 1


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    before = f"# Mien\n\n{BEGIN}\nold\n{END}\n\n## More\n"
    assert replaced(before, "new\n") == f"# Mien\n\n{BEGIN}\n\nnew\n\n{END}\n\n## More\n"


@pytest.mark.parametrize("text", ["", BEGIN, f"{BEGIN}{END}{BEGIN}"])
def test_a_readme_without_its_markers_is_left_alone(text: str) -> None:
    with pytest.raises(NotForTheReadme):
        replaced(text, "new")


def test_the_section_shows_the_figures_and_the_pictures_that_there_are() -> None:
    text = section(results(), ["frame"])
    assert "on Some CPU, 2 cores." in text
    assert "| the program that Mien replaces[^1] | 112.0 | 320.0 | 16.0 |" in text
    assert "| `fer` 1.2 | 63.0 | 180.0 | 9.0 |" in text
    assert "| the same with `MIEN_DETECTOR=centerface` | 8.4 | 24.0 | 1.2 |" in text
    assert "| one face, 2 | 30.0 | 6.5 | 20.0 | 13.50 |" in text
    assert "94 % of what 2 cores allow" in text
    assert "| 50 | 29.5 | 6 | 20 | 0.08 |" in text
    assert "bench-frame.png" in text
    assert "bench-pipeline.png" not in text


def test_a_busy_machine_is_said() -> None:
    busy = results(machine={**results()["machine"], "quiet": False})
    assert "these figures are too high" in section(busy, [])


def test_parts_that_were_not_measured_are_left_out() -> None:
    parts = {"processor": results()["parts"]["processor"], "peers": {"skipped": "not installed"}}
    text = section(results(parts=parts), [])
    assert "fer" not in text
    assert "viewer" not in text


@pytest.mark.parametrize("unfit", [results(quick=True), results(parts={})])
def test_a_quick_run_does_not_reach_the_readme(unfit: dict[str, object]) -> None:
    with pytest.raises(NotForTheReadme, match="quick run"):
        section(unfit, [])


def test_the_readme_is_written_and_its_pictures_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(f"{BEGIN}{END}\n")
    (tmp_path / "docs" / "pictures").mkdir(parents=True)
    run = tmp_path / "run"
    run.mkdir()
    (run / "bench.json").write_text(json.dumps(results()))
    (run / "bench-frame.png").write_bytes(b"picture")
    assert readme.main(["run/bench.json"]) == 0
    assert "Some CPU" in (tmp_path / "README.md").read_text()
    assert (tmp_path / "docs/pictures/bench-frame.png").read_bytes() == b"picture"


def test_results_that_cannot_be_read_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert readme.main([str(tmp_path / "none.json")]) == 1
    assert capsys.readouterr().err.startswith("benchmarks.readme: ")
