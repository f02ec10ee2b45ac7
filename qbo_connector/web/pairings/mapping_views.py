"""The field mappings of a sync: switches of the default fields, and own mappings (H-35 to H-38)."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_connector.errors import ConnectorError
from qbo_connector.sync.field_mapping import (
    MappingRefused,
    delete_mapping,
    mapping_page,
    save_mapping,
    switch_defaults,
)
from qbo_connector.sync.list_reading import read_again
from qbo_connector.sync.pairings import RulesChanged
from qbo_connector.web import access, flashes
from qbo_connector.web.findings import finding_of_error
from qbo_connector.web.pairings.filter_views import MEANWHILE
from qbo_connector.web.pairings.forms import SwitchForm
from qbo_connector.web.pairings.views import PREFIX, blueprint
from qbo_connector.web.wiring import services

PATH = f"{PREFIX}/<int:pairing_id>/fields"


@blueprint.get(PATH)
@access.signed_in("admin")
def fields(organization_id: int, pairing_id: int) -> str:
    """Which field goes where; ``edit`` in the address opens one of the own mappings."""
    page = mapping_page(services(), organization_id, pairing_id)
    editing = page.find(request.args.get("edit", default=-1, type=int))
    return render_template("pairings/fields.html", page=page, pairing=page.pairing, editing=editing, tried=None)


@blueprint.post(PATH)
@access.signed_in("admin")
def switch_fields(organization_id: int, pairing_id: int) -> Response:
    """Switch default fields on and off."""
    if SwitchForm().validate_on_submit():
        on, memo_field = request.form.getlist("on"), request.form.get("memo_field", "")
        try:
            switch_defaults(
                services(),
                organization_id,
                pairing_id,
                on=on,
                memo_field=memo_field,
                asked_by=access.caller().actor,
            )
        except RulesChanged:
            flashes.refused(MEANWHILE)
        else:
            flashes.done("Saved. A field that is switched off is no longer sent; QuickBooks keeps what it has.")
    return _back(pairing_id)


@blueprint.post(f"{PATH}/own")
@access.signed_in("admin")
def save_field(organization_id: int, pairing_id: int) -> str | Response:
    """Add an own mapping, or change the one at ``place``; what does not go together is said beside it."""
    if not SwitchForm().validate_on_submit():
        return _back(pairing_id)
    place = request.form.get("place", type=int)
    source, target = request.form.get("source", ""), request.form.get("target", "")
    try:
        save_mapping(
            services(),
            organization_id,
            pairing_id,
            source=source,
            target=target,
            place=place,
            asked_by=access.caller().actor,
        )
    except MappingRefused as refused:
        page = mapping_page(services(), organization_id, pairing_id)
        tried = {"source": source, "target": target, "complaint": str(refused)}
        editing = page.find(-1 if place is None else place)
        return render_template(
            "pairings/fields.html", page=page, pairing=page.pairing, editing=editing, tried=tried
        )
    except RulesChanged:
        flashes.refused(MEANWHILE)
    else:
        flashes.done("The mapping is saved. It counts from the next sync of each record.")
    return _back(pairing_id)


@blueprint.post(f"{PATH}/own/<int:place>/delete")
@access.signed_in("admin")
def delete_field(organization_id: int, pairing_id: int, place: int) -> Response:
    """Take an own mapping away."""
    if SwitchForm().validate_on_submit():
        try:
            gone = delete_mapping(services(), organization_id, pairing_id, place, asked_by=access.caller().actor)
        except RulesChanged:
            flashes.refused(MEANWHILE)
        else:
            if gone:
                flashes.done("The mapping is deleted. What it filled in QuickBooks stays.")
    return _back(pairing_id)


@blueprint.post(f"{PATH}/read")
@access.signed_in("admin")
def read_fields(organization_id: int, pairing_id: int) -> Response:
    """Read the company's own fields again: one metered read."""
    if SwitchForm().validate_on_submit():
        try:
            read_again(services(), organization_id, pairing_id, "Preferences")
        except ConnectorError as err:
            said = finding_of_error(err)
            flashes.refused(f"{said.sentence} {said.remedy}")
        else:
            flashes.done("Read just now.")
    return _back(pairing_id)


def _back(pairing_id: int) -> Response:
    return redirect(url_for("pairings.fields", pairing_id=pairing_id))
