"""Mappings: what of the source stands for what in QuickBooks. Customers, items, locations and tax codes."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_connector.errors import ConnectorError
from qbo_connector.store import pairings as store_pairings
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.list_reading import read_again
from qbo_connector.sync.mapping_tables import (
    ENTITIES,
    Table,
    entries_to_choose,
    is_table,
    link,
    mapping_table,
    unlink,
)
from qbo_connector.sync.pairings import RulesChanged
from qbo_connector.sync.service_types import ItemRefused, save_service_types, service_type_table
from qbo_connector.sync.tax_table import TAX_CODE, CodeRefused, save_taxes, tax_table
from qbo_connector.web import access, flashes
from qbo_connector.web.findings import finding_of_error
from qbo_connector.web.pairings.filter_views import MEANWHILE
from qbo_connector.web.pairings.forms import SwitchForm
from qbo_connector.web.wiring import services

blueprint = Blueprint("mappings", __name__)
PREFIX = "/o/<int:organization_id>/mappings"
ONE = f"{PREFIX}/<int:pairing_id>"
TAXES = "taxes"
FIRST = "customers"
TITLES = {
    Table.CUSTOMERS: "Customers",
    Table.ITEMS: "Items",
    Table.LOCATIONS: "Locations",
    TAXES: "Tax codes",
}
LONGEST_SEARCH = 100


@blueprint.get(PREFIX)
@access.signed_in()
def index(organization_id: int) -> str | Response:
    """The mappings of the only sync there is, or a choice between several."""
    with services().database.reading() as session:
        rows = store_pairings.list_in(session, organization_id)
    if len(rows) == 1:
        return redirect(url_for("mappings.show", pairing_id=rows[0].id))
    return render_template("mappings/index.html", syncs=rows)


@blueprint.get(ONE)
@blueprint.get(f"{ONE}/<what>")
@access.signed_in()
def show(organization_id: int, pairing_id: int, what: str = FIRST) -> str:
    """One tab. ``pick`` in the address opens the choice for one row, ``q`` searches in it."""
    if what == TAXES:
        shown = tax_table(services(), organization_id, pairing_id)
        return render_template("mappings/taxes.html", shown=shown, what=what, titles=TITLES)
    table = _table(what)
    shown_rows = mapping_table(services(), organization_id, pairing_id, table)
    picked = shown_rows.find(request.args.get("pick", ""))
    search = request.args.get("q", picked.name if picked else "")[:LONGEST_SEARCH]
    offered = _offered(organization_id, pairing_id, table, search) if picked else ()
    return render_template(
        "mappings/table.html",
        shown=shown_rows,
        what=what,
        titles=TITLES,
        picked=picked,
        search=search,
        offered=offered,
        types=service_type_table(services(), organization_id, pairing_id) if table is Table.ITEMS else None,
    )


@blueprint.post(f"{ONE}/<what>/link")
@access.signed_in("admin")
def link_entry(organization_id: int, pairing_id: int, what: str) -> Response:
    """Let an entry of QuickBooks stand for a name of the source."""
    table = _table(what)
    if SwitchForm().validate_on_submit():
        symbol, qbo_id = request.form.get("symbol", ""), request.form.get("qbo_id", "")
        actor = access.caller().actor
        try:
            link(services(), organization_id, pairing_id, table, symbol=symbol, qbo_id=qbo_id, asked_by=actor)
        except NotThere:
            flashes.refused("Choose one of the entries of QuickBooks.")
            return redirect(url_for("mappings.show", pairing_id=pairing_id, what=what, pick=symbol))
        flashes.done("Linked. Records that waited for it are looked at again.")
    return redirect(url_for("mappings.show", pairing_id=pairing_id, what=what))


@blueprint.post(f"{ONE}/<what>/unlink")
@access.signed_in("admin")
def unlink_entry(organization_id: int, pairing_id: int, what: str) -> Response:
    """Take a link back."""
    table = _table(what)
    if SwitchForm().validate_on_submit():
        symbol, actor = request.form.get("symbol", ""), access.caller().actor
        unlink(services(), organization_id, pairing_id, table, symbol=symbol, asked_by=actor)
        flashes.done("The link is taken back. From now on it is recognised as any other.")
    return redirect(url_for("mappings.show", pairing_id=pairing_id, what=what))


@blueprint.post(f"{ONE}/taxes")
@access.signed_in("admin")
def save_codes(organization_id: int, pairing_id: int) -> Response:
    """Map the taxes of the source to tax codes."""
    if SwitchForm().validate_on_submit():
        names, codes = request.form.getlist("name"), request.form.getlist("code")
        version = request.form.get("version", default=0, type=int)
        chosen = dict(zip(names, codes, strict=False))
        try:
            save_taxes(
                services(),
                organization_id,
                pairing_id,
                chosen,
                expected_version=version,
                asked_by=access.caller().actor,
            )
        except CodeRefused as refused:
            flashes.refused(str(refused))
        except RulesChanged:
            flashes.refused(MEANWHILE)
        else:
            flashes.done("Saved. Records that waited for a tax code are looked at again.")
    return redirect(url_for("mappings.show", pairing_id=pairing_id, what=TAXES))


@blueprint.post(f"{ONE}/items/types")
@access.signed_in("admin")
def save_types(organization_id: int, pairing_id: int) -> Response:
    """Map the source's service types to items, and say what takes lines that fit none (P-12)."""
    if SwitchForm().validate_on_submit():
        chosen = dict(zip(request.form.getlist("key"), request.form.getlist("item"), strict=False))
        version = request.form.get("version", default=0, type=int)
        default_item = request.form.get("default_item")
        try:
            save_service_types(
                services(),
                organization_id,
                pairing_id,
                chosen,
                default_item=default_item,
                expected_version=version,
                asked_by=access.caller().actor,
            )
        except ItemRefused as refused:
            flashes.refused(str(refused))
        except RulesChanged:
            flashes.refused(MEANWHILE)
        else:
            flashes.done("Saved. Records that waited for an item are looked at again.")
    return redirect(url_for("mappings.show", pairing_id=pairing_id, what=str(Table.ITEMS)))


@blueprint.post(f"{ONE}/<what>/read")
@access.signed_in("bookkeeper")
def read_list(organization_id: int, pairing_id: int, what: str) -> Response:
    """Read QuickBooks' list again; each page of it is a metered read."""
    entity = TAX_CODE if what == TAXES else ENTITIES[_table(what)]
    if SwitchForm().validate_on_submit():
        try:
            read_again(services(), organization_id, pairing_id, entity)
        except ConnectorError as err:
            said = finding_of_error(err)
            flashes.refused(f"{said.sentence} {said.remedy}")
        else:
            flashes.done("Read just now.")
    return redirect(url_for("mappings.show", pairing_id=pairing_id, what=what))


def _offered(organization_id: int, pairing_id: int, table: Table, search: str) -> tuple[object, ...]:
    """What fits the search; where nothing does, the beginning of the list is better than nothing."""
    found = entries_to_choose(services(), organization_id, pairing_id, table, search)
    if found or request.args.get("q") is not None:
        return found
    return entries_to_choose(services(), organization_id, pairing_id, table, "")


def _table(what: str) -> Table:
    if not is_table(what):
        abort(404)
    return Table(what)
