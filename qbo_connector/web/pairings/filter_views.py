"""The filters of a sync: Edit, choose a property and its criteria, Apply, Done (H-41). Works without scripts."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_connector.policy.criteria import FilterRefused
from qbo_connector.sync.filtering import FilterPage, effect_of, filter_page, save_filters
from qbo_connector.sync.pairings import RulesChanged
from qbo_connector.web import access, flashes
from qbo_connector.web.pairings.drafts import NEW, Draft, as_row
from qbo_connector.web.pairings.forms import SwitchForm
from qbo_connector.web.pairings.views import PREFIX, blueprint
from qbo_connector.web.wiring import services

MEANWHILE = "Somebody else changed the rules meanwhile. Look at them again before you change them."


@blueprint.route(f"{PREFIX}/<int:pairing_id>/filters", methods=["GET", "POST"])
@access.signed_in("admin")
def filters(organization_id: int, pairing_id: int) -> str | Response:
    """Edit the filters; until Done, everything stands in the form alone."""
    page = filter_page(services(), organization_id, pairing_id)
    if request.method == "GET" or not SwitchForm().validate_on_submit():
        return _show(page, _stored(page))
    draft = Draft.of_form(page.properties, request.form)
    act, _, place = request.form.get("act", "").partition("-")
    if act == "done":
        return _save(page, draft)
    return _show(page, _step(draft, act, int(place) if place.isdecimal() else NEW))


def _stored(page: FilterPage) -> Draft:
    rows = (as_row(row.get("property"), row.get("operator"), row.get("values", ())) for row in page.stored)
    return Draft(properties=page.properties, rows=tuple(row for row in rows if row is not None))


def _step(draft: Draft, act: str, place: int) -> Draft:
    match act:
        case "edit" | "add":
            return draft.opened(place)
        case "remove":
            return draft.without(place)
        case "apply":
            return draft.applied()
        case "cancel":
            return draft.closed()
        case _:
            return draft


def _save(page: FilterPage, draft: Draft) -> str | Response:
    """Done: an open criterion is applied first; one that cannot be keeps the editor open."""
    draft = draft.applied()
    if draft.editing is not None:
        return _show(page, draft)
    version = request.form.get("version", default=0, type=int)
    pairing = page.pairing
    try:
        save_filters(
            services(),
            pairing.organization_id,
            pairing.id,
            draft.rows,
            expected_version=version,
            asked_by=access.caller().actor,
        )
    except FilterRefused as refused:
        flashes.refused(str(refused))
        return _show(page, draft)
    except RulesChanged:
        flashes.refused(MEANWHILE)
    else:
        flashes.done("The filters are changed. Records under them are looked at again.")
    return redirect(url_for("pairings.filters", pairing_id=pairing.id))


def _show(page: FilterPage, draft: Draft) -> str:
    shown: dict[str, Any] = {
        "page": page,
        "pairing": page.pairing,
        "draft": draft,
        "changed": draft.rows != _stored(page).rows,
        "effect": effect_of(services(), page.pairing.organization_id, page.pairing.id, draft.criteria()),
    }
    return render_template("pairings/filters.html", **shown)
