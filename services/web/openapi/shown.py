"""The document as a page shows it: flat records, made of the document alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from services.web.openapi.words import Part

REFERENCE = "$ref"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a schema.

    Attributes:
        name: its name.
        where: `path`, `query` or `header`; of a schema's field, empty.
        kind: of which type it is and within which bounds, in words.
        schema: the schema that it is, or is a list of; empty for others.
        optional: whether it may be left out.
        description: in words.
    """

    name: str
    where: str
    kind: str
    schema: str
    optional: bool
    description: str


@dataclass(frozen=True, slots=True)
class Body:
    """What may be in an answer.

    Attributes:
        media_type: its type.
        schemas: the names of those of which it has one; none where it has no name.
    """

    media_type: str
    schemas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer.

    Attributes:
        status: of HTTP.
        bodies: one of these is in it.
        description: in words.
    """

    status: str
    bodies: tuple[Body, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path.

    Attributes:
        id: `operationId`.
        method: in capitals.
        path: with the names of its parameters in braces.
        summary: a few words.
        description: more of them; may be empty.
        needs_token: whether it does.
        parameters: in the path, the query and the headers.
        answers: by status.
        example: of the good answer; empty where there is none.
        command: for a shell.
    """

    id: str
    method: str
    path: str
    summary: str
    description: str
    needs_token: bool
    parameters: tuple[Field, ...]
    answers: tuple[Answer, ...]
    example: str
    command: str


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of a tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A record that answers are made of."""

    name: str
    description: str
    fields: tuple[Field, ...]


def groups(document: Part, base: str) -> list[Group]:
    """Return the operations by tag; `base` is the address that commands begin with."""
    operations = [
        (part["tags"][0], _operation(document, base, path, method, part))
        for path, methods in document["paths"].items()
        for method, part in methods.items()
    ]
    return [
        Group(tag["name"], tag["description"], tuple(one for name, one in operations if name == tag["name"]))
        for tag in document["tags"]
    ]


def schemas(document: Part) -> list[Schema]:
    """Return the records, by name."""
    found = document["components"]["schemas"]
    return [
        Schema(name, found[name].get("description", ""), tuple(_fields(document, found[name])))
        for name in sorted(found)
    ]


def _operation(document: Part, base: str, path: str, method: str, part: Part) -> Operation:
    return Operation(
        id=part["operationId"],
        method=method.upper(),
        path=path,
        summary=part["summary"],
        description=part.get("description", ""),
        needs_token=part.get("security", document["security"]) != [],
        parameters=tuple(map(_parameter, part.get("parameters", []))),
        answers=tuple(_answer(document, status, told) for status, told in part["responses"].items()),
        example=_example(part),
        command=_command(base, path, method, part, document),
    )


def _parameter(part: Part) -> Field:
    schema = part["schema"]
    required = part.get("required", False)
    return Field(part["name"], part["in"], kind(schema), _named(schema), not required, part["description"])


def _answer(document: Part, status: str, part: Part) -> Answer:
    part = _resolved(document, part)
    contents: Part = part.get("content", {})
    bodies = (Body(media_type, _names(content["schema"])) for media_type, content in contents.items())
    return Answer(status, tuple(bodies), part["description"])


def _names(schema: Part) -> tuple[str, ...]:
    return tuple(filter(None, map(_named, schema.get("oneOf", [schema]))))


def _example(part: Part) -> str:
    good = next(iter(part["responses"].values()))
    for content in good.get("content", {}).values():
        example = content.get("example")
        if example is not None:
            return example.rstrip("\n") if isinstance(example, str) else json.dumps(example, indent=2)
    return ""


def _command(base: str, path: str, method: str, part: Part, document: Part) -> str:
    for parameter in part.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    if part.get("security", document["security"]):
        words += ["-H", '"Authorization: Bearer $TOKEN"']
    return " ".join([*words, base + path])


def _fields(document: Part, schema: Part) -> Iterator[Field]:
    for also in schema.get("allOf", []):
        yield from _fields(document, _resolved(document, also))
    required = schema.get("required", [])
    for name, part in schema.get("properties", {}).items():
        optional = name not in required
        yield Field(name, "", kind(part), _named(part), optional, part.get("description", ""))
        for inner in _fields(document, part):
            yield replace(inner, name=f"{name}.{inner.name}")


def _resolved(document: Part, part: Part) -> Part:
    while REFERENCE in part:
        found: object = document
        for name in part[REFERENCE].removeprefix("#/").split("/"):
            found = cast(Part, found)[name]
        part = cast(Part, found)
    return part


def _named(schema: Part) -> str:
    """Return the name of the schema that one refers to, or lists."""
    reference = schema.get(REFERENCE) or schema.get("items", {}).get(REFERENCE, "")
    return str(reference.rpartition("/")[2])


def kind(schema: Part) -> str:
    """Return in words what a schema allows."""
    if REFERENCE in schema:
        return _named(schema)
    types = schema.get("type", "object")
    names = [types] if isinstance(types, str) else list(types)
    words = " or ".join(f"list of {kind(schema['items'])}" if name == "array" else name for name in names)
    return ", ".join([words, *_bounds(schema)])


def _bounds(schema: Part) -> Iterator[str]:
    if "enum" in schema:
        yield "one of " + ", ".join(str(value) for value in schema["enum"] if value is not None)
    if "minimum" in schema or "maximum" in schema:
        low, high = schema.get("minimum"), schema.get("maximum")
        yield f"{low} to {high}" if high is not None and low is not None else f"from {low} on"
    if "default" in schema:
        yield f"{schema['default']} by default"
