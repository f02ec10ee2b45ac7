"""Whether this process lives, and whether it can do its work: for load balancers and supervisors."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify

from qbo_connector.web import access

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("health", __name__)
PROBES = "readiness_probes"


@blueprint.get("/healthz")
@access.public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access.public
def ready() -> tuple[Response, int]:
    """Database, Redis and migrations, each with ``ok`` or ``failing``. What failed is in the log, not here."""
    probes: dict[str, Callable[[], bool]] = current_app.extensions[PROBES]
    found = {name: probe() for name, probe in probes.items()}
    good = all(found.values())
    words = {name: "ok" if passed else "failing" for name, passed in found.items()}
    return jsonify(status="ok" if good else "failing", checks=words), 200 if good else 503
