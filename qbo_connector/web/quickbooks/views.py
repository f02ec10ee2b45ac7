"""Connecting QuickBooks, what a company's settings will stop, what it was asked, and disconnecting."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_connector.store import connections as store_connections
from qbo_connector.sync import connect as connecting
from qbo_connector.sync.connect import ConnectFailed
from qbo_connector.sync.preflight import preflight, set_aside, show_again
from qbo_connector.sync.shadow_switch import switch_connection
from qbo_connector.sync.usage_report import usage_report
from qbo_connector.web import access, flashes
from qbo_connector.web.quickbooks.companies import company_page, list_companies
from qbo_connector.web.quickbooks.forms import AsideForm, ConnectForm, DisconnectForm
from qbo_connector.web.wiring import services

blueprint = Blueprint("quickbooks", __name__)
PREFIX = "/o/<int:organization_id>/quickbooks"


@blueprint.get(PREFIX)
@access.signed_in()
def index(organization_id: int) -> str | Response:
    """The organization's company, or companies."""
    found = list_companies(services(), organization_id)
    live = [company for company in found if company.is_live]
    if len(found) == len(live) == 1:
        return redirect(url_for("quickbooks.company", connection_id=live[0].id))
    return render_template("quickbooks/index.html", companies=found, form=ConnectForm())


@blueprint.get(f"{PREFIX}/usage")
@access.signed_in()
def usage(organization_id: int) -> str:
    """Requests and reads of the month, how long the reads will last, and what happens when they do not."""
    return render_template("quickbooks/usage.html", report=usage_report(services(), organization_id))


@blueprint.post(f"{PREFIX}/connect")
@access.signed_in("admin")
def connect(organization_id: int) -> Response:
    """Send the person to Intuit's sign-in."""
    form = ConnectForm()
    back = access.safe_target(form.next.data) or url_for("overview.objects")
    renewed = form.connection.data or ""
    return redirect(
        connecting.begin(
            services(),
            organization_id=organization_id,
            user_id=access.caller().user_id,
            return_to=back,
            connection_id=int(renewed) if renewed.isdecimal() else None,
        )
    )


@blueprint.get("/quickbooks/callback")
@access.signed_in()
def callback() -> Response | tuple[str, int]:
    """Intuit sends the person back here, with a code or a refusal. The signed state says where it began."""
    try:
        made = connecting.finish(services(), query=request.args.to_dict(), session_user_id=access.caller().user_id)
    except ConnectFailed as failed:
        return render_template("quickbooks/not_connected.html", finding=failed.finding), 422
    flashes.done("QuickBooks is connected.")
    return redirect(access.safe_target(made.return_to) or url_for("home.index"))


@blueprint.get(f"{PREFIX}/<int:connection_id>")
@access.signed_in()
def company(organization_id: int, connection_id: int) -> str:
    """One company: whether it can be worked with, until when, and what its settings will stop."""
    page = company_page(services(), organization_id, connection_id)
    return render_template("quickbooks/company.html", page=page, form=ConnectForm())


@blueprint.post(f"{PREFIX}/<int:connection_id>/checks/<int:pairing_id>")
@access.signed_in("bookkeeper")
def check_again(organization_id: int, connection_id: int, pairing_id: int) -> Response:
    """Read the company's settings anew (two reads) and show the list."""
    page = company_page(services(), organization_id, connection_id)
    if pairing_id in page.pairing_ids:
        preflight(services(), pairing_id, fresh=True)
        flashes.done("Checked just now.")
    return redirect(url_for("quickbooks.company", connection_id=connection_id))


@blueprint.post(f"{PREFIX}/<int:connection_id>/checks/<int:pairing_id>/aside")
@access.signed_in("admin")
def set_check_aside(organization_id: int, connection_id: int, pairing_id: int) -> Response:
    """Do not show one warning any more, or show all of them again where none is named."""
    actor, form = access.caller().actor, AsideForm()
    if form.validate_on_submit() and form.code.data:
        set_aside(services(), organization_id, pairing_id, form.code.data, asked_by=actor)
        flashes.done("Set aside. It is not shown any more.")
    elif form.validate_on_submit():
        show_again(services(), organization_id, pairing_id, asked_by=actor)
        flashes.done("Every warning is shown again.")
    return redirect(url_for("quickbooks.company", connection_id=connection_id))


@blueprint.post(f"{PREFIX}/<int:connection_id>/shadow/<any(on, off):state>")
@access.signed_in("admin")
def shadow(organization_id: int, connection_id: int, state: str) -> Response:
    """Let everything that writes to this company plan and record only, or send again."""
    if ConnectForm().validate_on_submit():
        switch_connection(
            services(), organization_id, connection_id, on=state == "on", asked_by=access.caller().actor
        )
        flashes.done(
            "Shadow mode is on: everything is planned and recorded, and nothing is sent."
            if state == "on"
            else "Shadow mode is off. Nothing was sent by that; what waits is sent when you ask for it."
        )
    return redirect(url_for("quickbooks.company", connection_id=connection_id))


@blueprint.route(f"{PREFIX}/<int:connection_id>/disconnect", methods=["GET", "POST"])
@access.signed_in("admin")
def disconnect(organization_id: int, connection_id: int) -> str | Response:
    """Say what disconnecting means, then do it."""
    with services().database.reading() as session:
        connection = store_connections.load_in(session, organization_id, connection_id)
    form = DisconnectForm()
    if not form.validate_on_submit():
        return render_template("quickbooks/disconnect.html", form=form, connection=connection)
    connecting.disconnect(services(), connection_id, organization_id, asked_by=access.caller().actor)
    flashes.done(f"{connection.company_name or 'The company'} is disconnected. Its history stays.")
    return redirect(url_for("quickbooks.index"))
