"""What is wrong with this installation, in sentences: the same checks as ``qbo-connector doctor``."""

from flask import Blueprint, render_template

from qbo_connector.sync.doctor import examine
from qbo_connector.web import access
from qbo_connector.web.wiring import services

blueprint = Blueprint("doctor", __name__)


@blueprint.get("/o/<int:organization_id>/doctor")
@access.signed_in("admin")
def index(organization_id: int) -> str:
    """All checks, the failing ones first."""
    del organization_id
    checks = sorted(examine(services().settings), key=lambda check: check.ok)
    return render_template("doctor/index.html", checks=checks)
