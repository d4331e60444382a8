import json
from dataclasses import asdict

import pytest

from services.capture import probe
from services.capture.sources.v4l2 import device_files, look


def test_the_webcams_are_printed_as_a_json_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main() == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps([asdict(look(path)) for path in device_files()]))
