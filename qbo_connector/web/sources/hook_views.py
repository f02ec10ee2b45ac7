"""The hook secret of a source account, and the warning that messages do not fit it."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbo_connector.store import sources as store_sources
from qbo_connector.sync import hook_secrets, hook_warning
from qbo_connector.sync.hook_secrets import HookSecretRefused
from qbo_connector.web import access, flashes
from qbo_connector.web.settings.forms import ActForm
from qbo_connector.web.sources.catalogue import account_of
from qbo_connector.web.sources.forms import HookSecretForm
from qbo_connector.web.sources.standing import standing_of
from qbo_connector.web.sources.views import PREFIX, blueprint
from qbo_connector.web.wiring import services


@blueprint.post(f"{PREFIX}/<int:account_id>/hook-secret")
@access.signed_in("admin")
def renew_hook_secret(organization_id: int, account_id: int) -> str | Response:
    """Take the vendor's new secret, or make one; one that was made here is shown this once."""
    form, back = HookSecretForm(), redirect(_page(account_id, "hook-secret"))
    if not form.validate_on_submit():
        return back
    try:
        made = hook_secrets.renew(
            services(), organization_id, account_id, form.secret.data or "", asked_by=access.caller().actor
        )
    except HookSecretRefused as refused:
        flashes.refused(str(refused))
        return back
    if made is None:
        flashes.done("The hook secret is renewed. The one before is believed for another hour.")
        return back
    with services().database.reading() as session:
        row = store_sources.load_in(session, organization_id, account_id)
    account, door = account_of(services(), row), standing_of(services(), row).door
    return render_template("sources/hook_secret.html", account=account, door=door, made=made)


@blueprint.post(f"{PREFIX}/<int:account_id>/hook-warning/<any(aside, shown):wish>")
@access.signed_in("admin")
def hook_warning_wish(organization_id: int, account_id: int, wish: str) -> Response:
    """Do not tell of refused messages for now, or tell of them again."""
    actor = access.caller().actor
    pressed = ActForm().validate_on_submit()
    if pressed and wish == "aside":
        hook_warning.set_aside(services(), organization_id, account_id, asked_by=actor)
        flashes.done("Set aside. It is not shown until refused messages have stopped for an hour and begin anew.")
    elif pressed:
        hook_warning.show_again(services(), organization_id, account_id, asked_by=actor)
        flashes.done("Refused messages are told of again.")
    return redirect(_page(account_id))


def _page(account_id: int, part: str | None = None) -> str:
    return url_for("sources.account", account_id=account_id, _anchor=part)
