import json

import pytest

from services.capture import probe
from services.capture.sources import webcams


def test_the_webcams_are_printed_as_a_json_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main() == 0
    assert json.loads(capsys.readouterr().out) == webcams()
