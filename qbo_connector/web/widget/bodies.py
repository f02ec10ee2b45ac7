"""What the card may send, checked before anything is done with it."""

from typing import Annotated, Any, Literal, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from qbo_connector.web.problems import Problem

LARGEST_BODY = 64 * 1024
LONGEST_KEY = 100
Text = Annotated[str, StringConstraints(strict=True, max_length=2000)]
Answer = Text | bool | None | dict[str, Text]
"""What a person answered: a text, a tick, or a winner for each field. Amounts are texts too."""


class Body(BaseModel):
    """A JSON object without anything unexpected in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenSession(Body):
    """A widget token."""

    token: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=8192)]


class Inputs(Body):
    """Answers by name."""

    inputs: Annotated[dict[str, Answer], Field(default_factory=dict, max_length=40)]


class Sync(Inputs):
    """Which sync, with which choices, and the preview it was decided on."""

    intent: Literal["push", "update", "create_copy"] = "push"
    plan_fingerprint: Annotated[str, StringConstraints(strict=True, max_length=200)] | None = None


class Nothing(Body):
    """An empty object."""


Expected = TypeVar("Expected", bound=Body)


def body_as(expected: type[Expected]) -> Expected:
    """The request's JSON body.

    Raises:
        Problem: 422 with the fields that are wrong.
    """
    request.max_content_length = LARGEST_BODY
    try:
        return expected.model_validate(request.get_json())
    except ValidationError as err:
        raise invalid(err) from err


def invalid(err: ValidationError) -> Problem:
    """A problem that names the fields, but repeats no value: it may be secret."""
    fields: list[dict[str, Any]] = [
        {"field": ".".join(map(str, found["loc"])), "message": found["msg"]} for found in err.errors()
    ]
    return Problem(
        422, "invalid_request", detail="The request does not have the expected shape.", members={"errors": fields}
    )


def idempotency_key() -> str:
    """The key of this press of a button.

    Raises:
        Problem: 400 without a usable one.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > LONGEST_KEY:
        detail = (
            f"Send an Idempotency-Key of 1 to {LONGEST_KEY} characters, the same one when you repeat the request."
        )
        raise Problem(400, "idempotency_key_missing", detail=detail)
    return key
