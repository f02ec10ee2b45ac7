"""Errors of the JSON interfaces as problem documents (RFC 9457), each with a stable ``code``.

``title`` and ``detail`` are sentences for people; a program looks at ``status`` and ``code``.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, json
from werkzeug.exceptions import HTTPException

CONTENT_TYPE = "application/problem+json"
LARGEST_ID = 2**31 - 1
"""Ids are 32-bit on PostgreSQL; a larger one belongs to nothing."""

OURS = "Something went wrong on our side; the request is not at fault."
_OF_THE_BODY = frozenset({"Content-Type", "Content-Length"})


class Problem(Exception):
    """One refusal, raised anywhere below a JSON view.

    Args:
        status: HTTP status, 400 or above.
        code: dotted or snake-cased word that never changes; a code of the findings catalogue where one fits.
        detail: a sentence for people.
        headers: added to the answer, for instance Retry-After.
        members: further members of the document, for instance ``finding``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    def document(self) -> dict[str, Any]:
        """The JSON members, in the order of RFC 9457."""
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        return {**document, "code": self.code, **self.members}

    def response(self) -> Response:
        """The HTTP answer; never cached."""
        answer = Response(json.dumps(self.document()), self.status, content_type=CONTENT_TYPE)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers.update(self.headers)
        return answer


def check_ids(arguments: Mapping[str, Any] | None) -> None:
    """Refuse numbers in an address that no row can have.

    Raises:
        Problem: 404.
    """
    if any(isinstance(value, int) and value > LARGEST_ID for value in (arguments or {}).values()):
        raise Problem(404, "not_found", detail="There is nothing of this address.")


def answer_with_problems(part: Blueprint | Flask) -> None:
    """Let every error of this part of the application leave as a problem document."""
    part.register_error_handler(Problem, _from_problem)
    part.register_error_handler(HTTPException, _from_http)


def _from_problem(problem: Problem) -> Response:
    return problem.response()


def _from_http(error: HTTPException) -> Response:
    """Werkzeug's own refusals (no JSON, no such method, too large) and whatever nobody caught."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    code = HTTPStatus(status).name.lower()
    detail = OURS if status == HTTPStatus.INTERNAL_SERVER_ERROR else error.description or ""
    headers = {name: value for name, value in error.get_headers() if name not in _OF_THE_BODY}
    return Problem(status, code, detail=detail, headers=headers).response()
