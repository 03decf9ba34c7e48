"""The document of the API: without a warning, in Korean, with every error."""

import re

import pytest
import yaml
from django.core.management import call_command

HANGUL = re.compile(r"[가-힣]")


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    file = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def operations(document):
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            yield f"{verb.upper()} {path}", operation


def test_it_is_openapi_3_1_and_says_how_to_sign_in(document):
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"bearer", "browser"}


def test_every_operation_is_described_in_korean(document):
    silent = [
        name
        for name, operation in operations(document)
        if not HANGUL.search(operation.get("description", ""))
    ]
    assert silent == []


def test_every_operation_may_be_refused_in_the_one_shape(document):
    shared = document["components"]["responses"]
    for name, operation in operations(document):
        told = operation["responses"]
        refused = [told[status] for status in told if status >= "400"]
        assert refused, name
        for one in refused:
            whole = shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            schema = whole["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Error"}, name
    assert set(document["components"]["schemas"]["Error"]["required"]) == {"code", "message"}


def test_its_page_is_served(client):
    assert client.get("/api/docs").status_code == 200
    assert client.get("/api/schema").status_code == 200
