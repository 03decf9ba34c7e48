"""What the API's document shows beside its schemas, and the words in which fields are refused."""

from typing import Any

import jsonschema_rs
import pytest
from rest_framework import serializers

from drmaum.api_document import VERBS
from drmaum.api_examples import EXAMPLES
from drmaum.tests.api_world import document  # noqa: F401  (a fixture)
from drmaum.tests.hostile.judging import english_in

KINDS = [
    serializers.Field, serializers.CharField, serializers.BooleanField, serializers.UUIDField,
    serializers.IntegerField, serializers.DecimalField, serializers.DateField,
    serializers.ChoiceField, serializers.MultipleChoiceField, serializers.ListField,
    serializers.DictField, serializers.EmailField, serializers.Serializer,
]  # fmt: skip


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: F811
    return [
        one for path in document["paths"].values() for verb, one in path.items() if verb in VERBS
    ]


def test_every_body_has_an_example_that_fits_its_schema(document):  # noqa: F811
    contents = [
        content
        for one in operations(document)
        for content in one.get("requestBody", {}).get("content", {}).values()
    ]

    assert len(contents) > 20
    assert len(contents) > 20
    for content in contents:
        whole = {**content["schema"], "components": document["components"]}
        jsonschema_rs.Draft202012Validator(whole).validate(content["example"])


def test_no_example_is_of_a_body_that_is_gone(document):  # noqa: F811
    schemas = document["components"]["schemas"]

    assert EXAMPLES.keys() - {"FileRequest"} <= schemas.keys()


def test_every_link_leads_to_an_operation(document):  # noqa: F811
    found = operations(document)
    links = [
        link["operationId"]
        for one in found
        for response in one["responses"].values()
        for link in response.get("links", {}).values()
    ]

    assert len(links) > 30
    assert set(links) <= {one["operationId"] for one in found}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_field_is_refused_in_korean(kind):
    sentences = [
        str(sentence)
        for base in kind.__mro__
        for sentence in getattr(base, "default_error_messages", {}).values()
    ]

    assert sentences
    assert [one for one in sentences if english_in(one) - {"max_value", "min_value"}] == []
