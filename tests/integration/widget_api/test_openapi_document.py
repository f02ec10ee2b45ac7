"""The OpenAPI 3.1 document: complete, consistent, and true of what the API answers."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from qbo_connector.app import create_app
from qbo_connector.web.access import Door, mark_of
from qbo_connector.web.api import openapi_document

REFERENCE = "#/components/schemas/"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def application(settings):
    return create_app(settings)


@pytest.fixture
def document(application):
    return openapi_document(application)


def _walk(node: Any) -> Iterator[Any]:
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _walk(child)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        assert set(methods) <= METHODS
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_has_what_openapi_demands(document):
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    json.dumps(document)
    ids = [operation["operationId"] for _, operation in _operations(document)]
    assert len(ids) == len(set(ids))
    for name, operation in _operations(document):
        assert operation["responses"], name
        assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"]), name
        assert all(response["description"] for response in operation["responses"].values()), name
        assert operation["summary"], name


def test_every_path_variable_is_declared_once_and_required(document):
    for path, methods in document["paths"].items():
        variables = re.findall(r"{(\w+)}", path)
        for operation in methods.values():
            declared = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert sorted(declared) == sorted(variables), path
            assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")
            assert all("schema" in one for one in operation["parameters"])


def test_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]
    references = [node["$ref"] for node in _walk(document) if isinstance(node, dict) and "$ref" in node]

    assert references
    for reference in references:
        assert reference.startswith(REFERENCE)
        assert reference.removeprefix(REFERENCE) in schemas
    assert not [node for node in _walk(document) if isinstance(node, dict) and "$defs" in node]


def test_every_schema_is_used(document):
    used = {node["$ref"] for node in _walk(document) if isinstance(node, dict) and "$ref" in node}

    assert {REFERENCE + name for name in document["components"]["schemas"]} == used


def test_it_names_every_view_that_takes_a_key(application, document):
    views = {
        rule.endpoint
        for rule in application.url_map.iter_rules()
        if (mark := mark_of(application.view_functions.get(rule.endpoint))) and mark.door is Door.API
    }

    assert len(list(_operations(document))) == len(views) > 8


def test_errors_are_problem_documents_and_keys_are_bearer_tokens(document):
    assert document["components"]["securitySchemes"]["api_key"]["scheme"] == "bearer"
    assert {"api_key": []} in document["security"]
    for name, operation in _operations(document):
        assert {"401", "403", "422"} <= set(operation["responses"]), name
        for status, response in operation["responses"].items():
            kind = "application/json" if status < "400" else "application/problem+json"
            assert list(response["content"]) == [kind], name


def test_no_amount_is_a_number(document):
    amounts = re.compile("amount|total|tax|discount")
    for name, schema in document["components"]["schemas"].items():
        for field, spec in schema.get("properties", {}).items():
            kinds = {spec.get("type"), *(one.get("type") for one in spec.get("anyOf", ()))}
            is_count = (name, field) == ("Run", "total")
            assert is_count or not (amounts.search(field) and kinds & {"number", "integer"}), (name, field)


def test_it_is_served(web):
    answer = web.http.get(f"{web.address}/api/v1/openapi.json", timeout=10)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["info"]["title"] == "qbo-connector"
