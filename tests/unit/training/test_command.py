from collections.abc import Sequence

import pytest

from shared.errors import ModelError
from training.command import command


def ending_with(end: BaseException) -> int:
    @command
    def main(argv: Sequence[str] | None = None) -> int:
        raise end

    return main([])


def test_an_error_on_purpose_is_one_line_and_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_with(ModelError("m.onnx: no model")) == 1
    assert capsys.readouterr().err == "m.onnx: no model\n"


def test_an_interrupt_is_one_line_and_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_with(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "stopped\n"


def test_an_error_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        ending_with(ZeroDivisionError())
