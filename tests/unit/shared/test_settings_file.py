from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import SettingsError
from shared.settings_file import LARGEST_BYTES, Wrong, described, lines_of, text_of, unknown
from shared.yaml_lines import Mapping, read_mapping

SECRET = "hunter2"


class Thing(BaseModel):
    """What a thing may say."""

    model_config = ConfigDict(extra="forbid")

    place: str
    rate: Annotated[float, Field(ge=1)] = 1.0
    names: tuple[Annotated[str, Field(max_length=3)], ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "Thing":
        if self.place == "nowhere":
            raise ValueError("it is nowhere")
        return self


def keys(text: str) -> Mapping:
    tree = read_mapping(text)
    assert tree is not None
    return tree


def thing(text: str) -> Thing:
    return described(Thing, "thing 'a'", 7, keys(text), hidden=["place"], lists=["names"])


def test_what_is_said_is_checked_and_taken_over() -> None:
    found = thing("place: here\nrate: 2.5\nnames: [a, b]\n")
    assert (found.place, found.rate, found.names) == ("here", 2.5, ("a", "b"))


def test_a_key_that_may_have_several_values_may_have_one() -> None:
    assert thing("place: here\nnames: a\n").names == ("a",)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("rate: 2\n", 7, "thing 'a': key 'place' is missing"),
        ("place: nowhere\n", 7, "thing 'a': it is nowhere"),
        ("place: here\nplase: x\n", 2, "thing 'a': unknown key 'plase'; did you mean 'place'?"),
        ("place: here\nzoom: x\n", 2, "thing 'a': unknown key 'zoom'; known are place, rate, names"),
        ("place: [a]\n", 1, "thing 'a': key 'place' is to have one value"),
        ("place: {a: b}\n", 1, "thing 'a': key 'place' is to have one value"),
        ("place:\n", 1, "thing 'a': key 'place' is to have one value"),
        ("place: here\nnames:\n  - a\n  - [b]\n", 4, "thing 'a': key 'names' is to have one value"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(Wrong) as caught:
        thing(text)
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_a_wrong_value_is_shown_with_its_key_and_its_own_line() -> None:
    for text, line, begins in (
        ("place: here\nrate: 0\n", 2, "thing 'a': key 'rate': '0': "),
        ("place: here\nnames:\n  - a\n  - abcd\n", 4, "thing 'a': key 'names': 'abcd': "),
        (f"place: here\nrate: u:{SECRET}@h\n", 2, "thing 'a': key 'rate': a word: "),
    ):
        with pytest.raises(Wrong) as caught:
            thing(text)
        assert caught.value.line == line
        assert caught.value.problem.startswith(begins)


def test_the_file_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with pytest.raises(SettingsError, match=r"a\.yaml:3: it is wrong"), lines_of(path):
        raise Wrong(3, "it is wrong")
    with pytest.raises(SettingsError, match=r"a\.yaml:1: is no YAML"), lines_of(path):
        read_mapping("a: [")


def test_a_file_that_cannot_be_read_is_named_with_its_variable(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with pytest.raises(SettingsError, match=r"MIEN_X: .* cannot be read: No such file"):
        text_of("MIEN_X", path)
    path.write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(SettingsError, match=r"MIEN_X: .* is larger than"):
        text_of("MIEN_X", path)
    path.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(SettingsError, match=r"a\.yaml:2: is not UTF-8"):
        text_of("MIEN_X", path)


def test_an_unknown_key_that_may_be_an_address_is_not_shown() -> None:
    assert SECRET not in unknown(f"rtsp://u:{SECRET}@h", ["source"])
