from collections.abc import Iterator

import pytest

from benchmarks import live, steady
from benchmarks.pipeline import NoMeasurement, Setup


@pytest.mark.parametrize("argv", [[], ["--workers", "2"], ["steady", "--workers", "2"]])
def test_without_a_scenario_it_is_the_steady_one(argv: list[str]) -> None:
    options = live.build_parser().parse_args(live.with_scenario(argv))
    assert options.run is live.run_steady


@pytest.mark.parametrize("name", live.SCENARIOS)
def test_every_scenario_has_one_number_of_workers_or_more(name: str) -> None:
    options = live.build_parser().parse_args([name])
    assert all(isinstance(number, int) for number in options.workers)
    assert options.model is None


def test_what_cannot_be_measured_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(_setup: Setup, _seconds: float) -> Iterator[object]:
        raise NoMeasurement("0 frames in 20.0 s: too few to measure")

    monkeypatch.setattr(steady, "measure", measure)
    assert live.main([]) == 1
    assert capsys.readouterr().err == "benchmarks.live: 0 frames in 20.0 s: too few to measure\n"
