import pytest

from shared.yaml_lines import Item, List, Mapping, Word, YamlError, read_mapping, shown

SECRET = "hunter2"


def wrong(text: str) -> tuple[int, str]:
    with pytest.raises(YamlError) as caught:
        read_mapping(text)
    return caught.value.line, caught.value.problem


def test_every_name_and_word_knows_its_line() -> None:
    assert read_mapping("# cameras\na:\n  b: 1\n\n  c: x y\n") == Mapping(
        (Item("a", 2, Mapping((Item("b", 3, Word("1", 3)), Item("c", 5, Word("x y", 5))), 3)),), 2
    )


@pytest.mark.parametrize("text", ["off", "yes", "0", "007", "1_000", "2026-11-22", "~", "640x480", "12:30"])
def test_a_word_stays_as_it_was_written_whatever_yaml_takes_it_for(text: str) -> None:
    tree = read_mapping(f"a: {text}")
    assert tree is not None
    assert tree.items[0].value == Word(text, 1)


def test_a_list_has_its_values_each_with_its_line() -> None:
    tree = read_mapping("a:\n  - b\n  - c: 1\n  - [d]\n")
    assert tree is not None
    mapping = Mapping((Item("c", 3, Word("1", 3)),), 3)
    assert tree.items[0].value == List((Word("b", 2), mapping, List((Word("d", 4),), 4)), 2)


def test_quotes_are_not_part_of_a_word() -> None:
    tree = read_mapping("a: 'b: c'")
    assert tree is not None
    assert tree.items[0].value == Word("b: c", 1)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but words\n", "---\n"])
def test_an_empty_text_is_no_mapping_and_no_mistake(text: str) -> None:
    assert read_mapping(text) is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is there for the second time"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4, "'b' is there for the second time"),
        ("- a\n- b\n", 1, "is not a mapping"),
        ("only words\n", 1, "is not a mapping"),
        ("a:\n\tb: 1\n", 2, "is no YAML"),
        ("a: 1\n b: 2\n", 2, "is no YAML: mapping values are not allowed here"),
        ("a:\n  b: demo:\n", 2, "such as 'demo:', is written in quotes"),
        ("a: 'b\n\n", 1, "is no YAML"),
        ("a: 1\n--- \nb: 2\n", 2, "is no YAML"),
        ("a: 1\nb: \x07\n", 2, "is no YAML: it holds a character"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "a name is no word"),
        ("a: &a\n  b: *a\n", 1, "is nested too deeply"),
        ("a: {b: {c: {d: {e: {f: 1}}}}}\n", 1, "is nested too deeply"),
        ("a: " + "[" * 5_000, 1, "is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, says: str) -> None:
    where, problem = wrong(text)
    assert where == line
    assert says in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    "text",
    [
        f"a: rtsp://u: {SECRET}@host",
        f"a: *{SECRET}",
        f"a: &{SECRET} 1\nb: &{SECRET} 2\nb: 3",
        f"a: 'rtsp://u:{SECRET}@host",
        f'a: "rtsp://u:\\q{SECRET}@host"',
        f"a: !{SECRET}!x 1",
        f"rtsp://u:{SECRET}@host: 1\nrtsp://u:{SECRET}@host: 2",
        f"a:\n  b: 1\n  rtsp://u:{SECRET}@host",
        f"a: %{SECRET}",
        f"a: [rtsp://u:{SECRET}@host",
    ],
)
def test_nothing_of_what_cannot_be_read_is_shown(text: str) -> None:
    assert SECRET not in wrong(text)[1]


def test_a_word_that_may_be_of_an_address_is_not_shown() -> None:
    assert shown("sorce") == "'sorce'"
    assert shown(f"u:{SECRET}@host") == "a word"
