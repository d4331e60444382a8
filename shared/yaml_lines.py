"""YAML whose every word knows its line; of what cannot be read, no word is shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import yaml

DEEPEST = 4
"""Levels of mappings and lists around one; nothing of use has more than four."""

TOO_DEEP = "is nested too deeply"

QUOTE_IT = "; what ends in ':', such as 'demo:', is written in quotes"

_QUOTED = re.compile(r"'[^'<]{2,}'")
"""What a parser's message repeats of the text; the names of its own tokens are in angle brackets."""


class YamlError(Exception):
    """Raised when text is no YAML of mappings; says what is wrong and in which line."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Word:
    """A value that is no mapping and no list, as it was written.

    Attributes:
        text: without its quotes.
        line: from 1.
    """

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """A name and its value.

    Attributes:
        name: the name.
        line: of the name, from 1.
        value: what it stands for.
    """

    name: str
    line: int
    value: "Value"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and their values, in the order in which they were written; each name is there once."""

    items: tuple[Item, ...]
    line: int


@dataclass(frozen=True, slots=True)
class List:
    """Values, in the order in which they were written."""

    values: "tuple[Value, ...]"
    line: int


Value: TypeAlias = Word | Mapping | List


def read_mapping(text: str) -> Mapping | None:
    """Return the mapping that a text is; None for an empty one.

    Raises:
        YamlError: it is no YAML, no mapping, or a name is there twice.
    """
    node = _composed(text)
    if node is None or _is_empty(node):
        return None
    tree = _tree(node, ())
    if not isinstance(tree, Mapping):
        raise YamlError(node.start_mark.line + 1, "is not a mapping of names to values")
    return tree


def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        # What was not ended is found missing at the end; the line to look at is that where it begins.
        scanning = (error.context or "").startswith("while scanning")
        mark = (scanning and error.context_mark) or error.problem_mark or error.context_mark
        problem = _QUOTED.sub("...", error.problem or error.context or "it cannot be read")
        hint = QUOTE_IT if problem.startswith("mapping values") else ""
        raise YamlError(mark.line + 1 if mark else 1, f"is no YAML: {problem}{hint}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(line, "is no YAML: it holds a character that none may have") from None
    except RecursionError:
        raise YamlError(1, TOO_DEEP) from None


def _tree(node: yaml.Node, around: tuple[yaml.Node, ...]) -> Value:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Word(node.value, line)
    if len(around) > DEEPEST or node in around:  # an alias may stand for what it is part of
        raise YamlError(line, TOO_DEEP)
    if isinstance(node, yaml.MappingNode):
        return Mapping(tuple(_items(node, (*around, node))), line)
    return List(tuple(_tree(value, (*around, node)) for value in node.value), line)


def _items(node: yaml.MappingNode, around: tuple[yaml.Node, ...]) -> Iterator[Item]:
    names: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(line, "a name is no word")
        if key.value in names:
            raise YamlError(line, f"{shown(key.value)} is there for the second time")
        names.add(key.value)
        yield Item(key.value, line, _tree(value, around))


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.value


def shown(word: str) -> str:
    """Return a word for an error's line; not what may be of an address, and hold a password."""
    return repr(word) if re.fullmatch(r"[\w .,+-]{0,40}", word) else "a word"
