"""The catalogue of sources, and the accounts an organization has with them."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from qbo_connector.errors import ConnectorError
from qbo_connector.sources.settings_form import settings_from
from qbo_connector.store import sources as store_sources
from qbo_connector.sync import accounts
from qbo_connector.web import access, flashes
from qbo_connector.web.findings import Said, finding_of_error
from qbo_connector.web.sources.catalogue import PluginPage, account_of, plugin_page, shelf_of
from qbo_connector.web.sources.forms import AccountForm, RemoveForm, account_form
from qbo_connector.web.sources.standing import Standing, standing_of
from qbo_connector.web.wiring import services

blueprint = Blueprint("sources", __name__)
PREFIX = "/o/<int:organization_id>/sources"


@blueprint.get(PREFIX)
@access.signed_in()
def index(organization_id: int) -> str:
    """Accounts first, the catalogue below them."""
    return render_template("sources/index.html", shelf=shelf_of(services(), organization_id))


@blueprint.get(f"{PREFIX}/catalogue/<source_key>")
@access.signed_in()
def plugin(organization_id: int, source_key: str) -> str:
    """One source: what it does, which field lands where, what it costs."""
    return render_template("sources/plugin.html", page=_page(organization_id, source_key))


@blueprint.get("/sources/icons/<source_key>")
@access.public
def icon(source_key: str) -> Response:
    """A source's icon."""
    entry = services().registry.find(source_key)
    if entry is None:
        abort(404)
    return send_file(entry.icon, max_age=3600)


@blueprint.post(f"{PREFIX}/catalogue/<source_key>/install")
@access.signed_in("admin")
def install(organization_id: int, source_key: str) -> AnyResponse:
    """Use a source in this organization."""
    page = _page(organization_id, source_key)
    accounts.install(services(), organization_id, source_key, asked_by=access.caller().actor)
    flashes.done(f"{page.plugin.name} is installed. Connect an account of it next.")
    return redirect(url_for("sources.new", source_key=source_key))


@blueprint.post(f"{PREFIX}/catalogue/<source_key>/uninstall")
@access.signed_in("admin")
def uninstall(organization_id: int, source_key: str) -> AnyResponse:
    """Stop using a source; its history stays."""
    page = _page(organization_id, source_key)
    accounts.uninstall(services(), organization_id, source_key, asked_by=access.caller().actor)
    flashes.done(f"{page.plugin.name} is uninstalled. Its syncs have stopped, their history stays.")
    return redirect(url_for("sources.index"))


@blueprint.route(f"{PREFIX}/new/<source_key>", methods=["GET", "POST"])
@access.signed_in("admin")
def new(organization_id: int, source_key: str) -> str | AnyResponse:
    """Connect an account: its credentials are tried before anything is saved."""
    page = _page(organization_id, source_key)
    form = _form(page, name=page.plugin.name, stored={}, account_id=None)
    if not form.validate_on_submit():
        return _show(page, form)
    return _try_and_save(page, form, stored={}, account_id=None)


@blueprint.route(f"{PREFIX}/<int:account_id>", methods=["GET", "POST"])
@access.signed_in("admin")
def account(organization_id: int, account_id: int) -> str | AnyResponse:
    """Change an account; the new credentials are tried before they replace the old ones."""
    with services().database.reading() as session:
        row = store_sources.load_in(session, organization_id, account_id)
    page = _page(organization_id, row.source_key)
    stored = {name: str(value) for name, value in row.settings.items()}
    form = _form(page, name=row.name, stored=stored, account_id=account_id)
    if not form.validate_on_submit():
        return _show(page, form, row=row)
    return _try_and_save(page, form, stored=stored, account_id=account_id, row=row)


@blueprint.route(f"{PREFIX}/<int:account_id>/remove", methods=["GET", "POST"])
@access.signed_in("admin")
def remove(organization_id: int, account_id: int) -> str | AnyResponse:
    """Say what removing means, then do it."""
    with services().database.reading() as session:
        row = store_sources.load_in(session, organization_id, account_id)
    form = RemoveForm()
    if not form.validate_on_submit():
        return render_template("sources/remove.html", form=form, account=account_of(services(), row))
    accounts.remove_account(services(), organization_id, account_id, asked_by=access.caller().actor)
    flashes.done(f"{row.name} is removed. Its history stays.")
    return redirect(url_for("sources.index"))


def _page(organization_id: int, source_key: str) -> PluginPage:
    return plugin_page(services(), organization_id, source_key) or abort(404)


def _form(page: PluginPage, *, name: str, stored: dict[str, str], account_id: int | None) -> AccountForm:
    parts = services()
    return account_form(
        page.manifest.settings,
        name=name,
        stored=stored,
        options=accounts.live_options(parts, account_id) if account_id else {},
        allow_private=parts.settings.allow_private_sources,
    )


def _try_and_save(
    page: PluginPage, form: AccountForm, *, stored: dict[str, str], account_id: int | None, row: Any = None
) -> str | AnyResponse:
    values = settings_from(form, page.manifest.settings, stored=stored)
    organization_id = access.organization_id()
    name = form.account_name.data
    try:
        saved = accounts.save_account(
            services(),
            organization_id,
            page.plugin.key,
            name,
            values,
            account_id=account_id,
            asked_by=access.caller().actor,
        )
    except ConnectorError as err:
        return _show(page, form, row=row, finding=finding_of_error(err, {"source": page.plugin.name}))
    with services().database.reading() as session:
        label = store_sources.load_in(session, organization_id, saved).label
    flashes.done(f"{page.plugin.name} answered as “{label or name}”. The account is saved.")
    return redirect(url_for("overview.objects") if account_id is None else url_for("sources.index"))


def _show(page: PluginPage, form: AccountForm, *, row: Any = None, finding: Said | None = None) -> str:
    standing = standing_of(services(), row) if row else Standing()
    return render_template(
        "sources/account.html", page=page, form=form, row=row, finding=finding, standing=standing
    )
