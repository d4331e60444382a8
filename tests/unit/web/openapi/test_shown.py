from services.web.openapi.document import document
from services.web.openapi.shown import groups, kind, schemas

TOLD = document("mien")
OPERATIONS = {one.id: one for group in groups(TOLD, "http://mien:8000") for one in group.operations}
SCHEMAS = {schema.name: schema for schema in schemas(TOLD)}


def test_every_operation_is_in_one_group() -> None:
    told = [part["operationId"] for methods in TOLD["paths"].values() for part in methods.values()]
    assert sorted(OPERATIONS) == sorted(told)
    assert sum(len(group.operations) for group in groups(TOLD, "")) == len(told)


def test_a_command_asks_for_an_example_with_the_token_where_one_is_needed() -> None:
    assert OPERATIONS["alive"].command == "curl http://mien:8000/healthz"
    assert OPERATIONS["learnNeutral"].command == (
        'curl -X POST -H "Authorization: Bearer $TOKEN" http://mien:8000/api/v1/cameras/cam1/faces/7/neutral'
    )


def test_answers_name_what_is_in_them() -> None:
    good, refusal = OPERATIONS["cameraHistory"].answers[:2]
    assert [(body.media_type, body.schemas) for body in good.bodies] == [
        ("application/json", ("SingleResults", "SummedResults")),
        ("text/csv", ()),
    ]
    assert (refusal.status, refusal.bodies[0].schemas) == ("400", ("Problem",))


def test_fields_within_fields_stand_behind_them() -> None:
    fields = {field.name: field for field in SCHEMAS["Status"].fields}
    assert fields["age_ms.p95"].kind == "number or null"
    assert fields["workers"].schema == "Worker"
    assert {field.name for field in SCHEMAS["Event"].fields if field.optional} == {"id", "retry"}


def test_bounds_are_said_in_words() -> None:
    rate = next(field for field in OPERATIONS["cameraEvents"].parameters if field.name == "rate")
    assert rate.kind == "integer, 1 to 30, 10 by default"
    assert kind({"type": "integer", "minimum": 0}) == "integer, from 0 on"
    assert kind({"type": ["string", "null"], "enum": ["a", "b", None]}) == "string or null, one of a, b"
