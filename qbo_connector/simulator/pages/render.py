"""Pages for people: strict, local, escaped."""

from functools import cache
from typing import TYPE_CHECKING, Any

from qbo_connector.simulator.http.messages import Response

if TYPE_CHECKING:
    import jinja2

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' http://localhost:* http://127.0.0.1:*"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A rendered page."""
    body = _templates().get_template(template).render(**values).encode()
    return Response(status=status, body=body, content_type="text/html; charset=utf-8", headers=_HEADERS)


@cache
def _templates() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415  # most runs never draw a page, and the start should be quick

    loader = jinja2.PackageLoader("qbo_connector.simulator.pages", "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
