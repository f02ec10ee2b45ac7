"""Keys: those that open the widget from a source's pages, and those with which programs use the API."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbo_connector.sync import keys
from qbo_connector.web import access, flashes
from qbo_connector.web.settings import pages
from qbo_connector.web.settings.forms import SCOPES, ActForm, ApiKeyForm, WidgetKeyForm, origins_of
from qbo_connector.web.settings.views import PREFIX, blueprint
from qbo_connector.web.wiring import services


@blueprint.route(f"{PREFIX}/widget-keys", methods=["GET", "POST"])
@access.signed_in("admin")
def widget_keys(organization_id: int) -> str:
    """Keys of the widget. A new key's secret is shown once, with what to paste."""
    form = WidgetKeyForm.offering(pages.list_accounts(services(), organization_id))
    made: keys.Issued | None = None
    if form.validate_on_submit():
        made = keys.create_widget_key(
            services(),
            organization_id,
            form.account.data,
            name=form.name.data,
            origins=origins_of(form.origins.data),
        )
    return render_template(
        "settings/widget_keys.html",
        form=form,
        keys=pages.list_widget_keys(services(), organization_id),
        made=made,
        base_url=services().settings.base_url,
    )


@blueprint.post(f"{PREFIX}/widget-keys/<key_id>/retire")
@access.signed_in("admin")
def retire_widget_key(organization_id: int, key_id: str) -> Response:
    """Let the key open nothing any more."""
    if ActForm().validate_on_submit():
        keys.retire_widget_key(services(), organization_id, key_id)
        flashes.done("The key is retired. Pages that use it show nothing from now on.")
    return redirect(url_for("settings.widget_keys"))


@blueprint.route(f"{PREFIX}/api-keys", methods=["GET", "POST"])
@access.signed_in("admin")
def api_keys(organization_id: int) -> str:
    """Keys of the API. A new key is shown once."""
    form = ApiKeyForm()
    made: keys.Issued | None = None
    if form.validate_on_submit():
        made = keys.create_api_key(
            services(),
            organization_id,
            name=form.name.data,
            scopes=tuple(form.scopes.data),
            created_by=access.caller().user_id,
        )
    return render_template(
        "settings/api_keys.html",
        form=form,
        keys=pages.list_api_keys(services(), organization_id),
        made=made,
        scopes=SCOPES,
        base_url=services().settings.base_url,
    )


@blueprint.post(f"{PREFIX}/api-keys/<int:key_id>/revoke")
@access.signed_in("admin")
def revoke_api_key(organization_id: int, key_id: int) -> Response:
    """Let the key open nothing any more."""
    if ActForm().validate_on_submit():
        keys.revoke_api_key(services(), organization_id, key_id)
        flashes.done("The key is revoked.")
    return redirect(url_for("settings.api_keys"))
