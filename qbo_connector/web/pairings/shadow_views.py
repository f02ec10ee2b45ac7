"""Shadow mode of a sync: on, off, and what to do with what was planned meanwhile."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from qbo_connector.sync import asks, shadow_switch
from qbo_connector.web import access, flashes
from qbo_connector.web.formatting import plural
from qbo_connector.web.pairings.forms import SwitchForm
from qbo_connector.web.pairings.views import PREFIX, blueprint
from qbo_connector.web.wiring import services


@blueprint.post(f"{PREFIX}/<int:pairing_id>/shadow/<any(on, off):state>")
@access.signed_in("admin")
def shadow(organization_id: int, pairing_id: int, state: str) -> Response:
    """Plan and record only, or send again; leaving it sends nothing by itself."""
    if SwitchForm().validate_on_submit():
        actor = access.caller().actor
        shadow_switch.switch_pairing(services(), organization_id, pairing_id, on=state == "on", asked_by=actor)
        flashes.done(
            "Shadow mode is on: everything is planned and recorded, and nothing is sent."
            if state == "on"
            else "Shadow mode is off. Nothing was sent by that; what waits is sent when you ask for it."
        )
    return redirect(url_for("pairings.edit", pairing_id=pairing_id))


@blueprint.post(f"{PREFIX}/<int:pairing_id>/shadow/sync")
@access.signed_in("bookkeeper")
def sync_shadowed(organization_id: int, pairing_id: int) -> Response:
    """Send what was planned in shadow mode."""
    if SwitchForm().validate_on_submit():
        actor = access.caller().actor
        try:
            count = shadow_switch.sync_waiting(services(), organization_id, pairing_id, asked_by=actor)
        except asks.Refused as refused:
            flashes.refused(f"{refused.finding.sentence} {refused.finding.remedy}")
        else:
            flashes.done(f"{plural(count, 'record')} asked to sync.")
    return redirect(url_for("overview.records", state="shadowed", sync=pairing_id))
