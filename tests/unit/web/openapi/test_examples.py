"""What the document shows as examples is what it describes."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from services.web.openapi.document import document
from tests.openapi import strict

TOLD = strict(document("mien"))


def shown() -> Iterator[Any]:
    for path, methods in TOLD["paths"].items():
        for part in methods.values():
            for status, answer in part["responses"].items():
                content = answer.get("content", {}).get("application/json", {})
                if "example" in content:
                    yield pytest.param(content["schema"], content["example"], id=f"{path} {status}")
    for name, answer in TOLD["components"]["responses"].items():
        for content in answer["content"].values():
            if "example" in content:
                yield pytest.param(content["schema"], content["example"], id=name)


@pytest.mark.parametrize(("schema", "example"), list(shown()))
def test_an_example_is_of_its_schema(schema: dict[str, Any], example: object) -> None:
    OAS31Validator(TOLD | schema).validate(example)
