"""Short ways to say what documents of OpenAPI say at length (OpenAPI Specification 3.1.1)."""

from typing import Any, TypeAlias

Part: TypeAlias = dict[str, Any]
"""A piece of the document."""

PROBLEM_TYPE = "application/problem+json"
HTML_TYPE = "text/html"
TEXT_TYPE = "text/plain"

CAMERA_EXAMPLE = "cam1"
JPEG_BYTES: Part = {"type": "string", "contentMediaType": "image/jpeg"}


def ref(name: str) -> Part:
    """Return a reference to one of the document's schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def answers(*, ok: Part, status: int = 200, **refusals: str) -> Part:
    """Return an operation's answers: the good one, and the others by name, such as `s404="NoCamera"`."""
    others = {word[1:]: {"$ref": f"#/components/responses/{name}"} for word, name in refusals.items()}
    return {str(status): ok, **others}


def json_answer(description: str, schema: str, example: object) -> Part:
    """Return an answer in JSON, of one of the document's schemas."""
    return {
        "description": description,
        "content": {"application/json": {"schema": ref(schema), "example": example}},
    }


def answer(
    description: str, media_type: str, schema: Part, example: str = "", headers: Part | None = None
) -> Part:
    """Return an answer of another media type."""
    body = {"schema": schema} | ({"example": example} if example else {})
    told: Part = {"description": description, "content": {media_type: body}}
    return told | ({"headers": headers} if headers else {})


def header(description: str, schema: Part) -> Part:
    """Return an answer's header."""
    return {"description": description, "schema": schema}


def query(name: str, description: str, schema: Part, example: object = None) -> Part:
    """Return a parameter of the address that may be left out."""
    told = {"name": name, "in": "query", "description": description, "schema": schema}
    return told if example is None else told | {"example": example}


def path(name: str, description: str, schema: Part, example: object) -> Part:
    """Return a parameter in the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def record(description: str, properties: Part, *, optional: tuple[str, ...] = ()) -> Part:
    """Return the schema of an object; what is not optional is always there."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def text(description: str, **more: object) -> Part:
    """Return the schema of a string."""
    return {"type": "string", "description": description, **more}


def number(description: str, **more: object) -> Part:
    """Return the schema of a number."""
    return {"type": "number", "description": description, **more}


def whole(description: str, **more: object) -> Part:
    """Return the schema of a whole number."""
    return {"type": "integer", "description": description, **more}


def or_null(schema: Part) -> Part:
    """Return the schema of what may be null."""
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def listed(schema: Part, description: str = "", **more: object) -> Part:
    """Return the schema of a list."""
    told = {"type": "array", "items": schema, **more}
    return told | ({"description": description} if description else {})
