"""Where a person lands, and the choice of an organization."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbo_connector.sync import members
from qbo_connector.web import access
from qbo_connector.web.home.forms import OrganizationForm
from qbo_connector.web.home.organizations import memberships_of
from qbo_connector.web.wiring import services

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@access.signed_in()
def index() -> Response:
    """The only organization of this person, else the choice."""
    found = memberships_of(services(), access.caller())
    if len(found) == 1:
        return redirect(url_for("overview.objects", organization_id=found[0].organization_id))
    return redirect(url_for("home.organizations"))


@blueprint.get("/organizations")
@access.signed_in()
def organizations() -> str:
    """All organizations of this person; an operator sees every one."""
    return render_template(
        "home/organizations.html",
        memberships=memberships_of(services(), access.caller()),
        form=OrganizationForm(),
    )


@blueprint.post("/organizations")
@access.operator
def create_organization() -> str | Response:
    """Found an organization; the operator becomes nobody in it, but sees it as all others."""
    form = OrganizationForm()
    if not form.validate_on_submit():
        return render_template(
            "home/organizations.html", memberships=memberships_of(services(), access.caller()), form=form
        )
    organization_id = members.create_organization(services(), name=form.name.data)
    flash(f"{form.name.data} is founded. Add its members next.", "done")
    return redirect(url_for("settings.members", organization_id=organization_id))
