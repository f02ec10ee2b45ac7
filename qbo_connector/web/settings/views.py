"""Settings: the organization, its members, the history, and what operators grant."""

from datetime import UTC, datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_connector.store.states import Role
from qbo_connector.sync import members as membering
from qbo_connector.web import access, flashes
from qbo_connector.web.settings import pages, people
from qbo_connector.web.settings.forms import (
    ROLE_LINES,
    ActForm,
    GrantForm,
    MemberForm,
    OrganizationForm,
    RoleForm,
)
from qbo_connector.web.wiring import services

blueprint = Blueprint("settings", __name__)
PREFIX = "/o/<int:organization_id>/settings"
ONLY_OWNERS = "Only an owner makes or unmakes owners."
ONE_OWNER = "An organization keeps at least one owner. Make somebody else an owner first."


@blueprint.route(PREFIX, methods=["GET", "POST"])
@access.signed_in()
def organization(organization_id: int) -> str | Response:
    """Name and brand."""
    row = pages.load_organization(services(), organization_id)
    form = OrganizationForm(obj=row)
    if access.caller().may(Role.ADMIN) and form.validate_on_submit():
        membering.change_organization(
            services(), organization_id, name=form.name.data, brand_name=form.brand_name.data or ""
        )
        flashes.done("Saved.")
        return redirect(url_for("settings.organization"))
    return render_template("settings/organization.html", form=form)


@blueprint.route(f"{PREFIX}/members", methods=["GET", "POST"])
@access.signed_in()
def members(organization_id: int) -> str | Response:
    """Who is in it; admins add people."""
    form = MemberForm(role=str(Role.BOOKKEEPER))
    if access.caller().may(Role.ADMIN) and form.validate_on_submit():
        return _add_member(organization_id, form)
    return _members(organization_id, form)


@blueprint.post(f"{PREFIX}/members/<int:user_id>/role")
@access.signed_in("admin")
def change_role(organization_id: int, user_id: int) -> Response:
    """Give a member another role. Only an owner makes or unmakes owners; the last owner stays."""
    form = RoleForm()
    if form.validate_on_submit():
        _change_role(organization_id, user_id, Role(form.role.data))
    return redirect(url_for("settings.members"))


@blueprint.post(f"{PREFIX}/members/<int:user_id>/remove")
@access.signed_in("admin")
def remove_member(organization_id: int, user_id: int) -> Response:
    """End a membership."""
    if ActForm().validate_on_submit():
        _remove(organization_id, user_id)
    return redirect(url_for("settings.members"))


@blueprint.get(f"{PREFIX}/activity")
@access.signed_in()
def activity(organization_id: int) -> str:
    """Everything that happened, newest first."""
    history = pages.history_page(services(), organization_id, request.args.get("before", type=int))
    return render_template("settings/activity.html", history=history)


@blueprint.route(f"{PREFIX}/entitlements", methods=["GET", "POST"])
@access.operator
def entitlements(organization_id: int) -> str | Response:
    """What this organization may use; only the installation's own support grants it (T-2, T-4)."""
    known = [(entry.key, entry.manifest.name) for entry in services().registry.entries]
    form = GrantForm.offering(known)
    if form.validate_on_submit():
        until = form.until.data
        membering.grant(
            services(),
            organization_id,
            form.source.data,
            form.entitlement.data,
            until=datetime.combine(until, time.max, UTC) if until else None,
            granted_by=access.caller().actor,
        )
        flashes.done("Granted. Waiting records are looked at again.")
        return redirect(url_for("settings.entitlements"))
    return render_template(
        "settings/entitlements.html", form=form, grants=pages.list_grants(services(), organization_id)
    )


@blueprint.post(f"{PREFIX}/entitlements/<source_key>/<entitlement>/end")
@access.operator
def end_entitlement(organization_id: int, source_key: str, entitlement: str) -> Response:
    """Take a grant back."""
    if ActForm().validate_on_submit():
        membering.withdraw(services(), organization_id, source_key, entitlement, by=access.caller().actor)
        flashes.done("Taken back.")
    return redirect(url_for("settings.entitlements"))


def _add_member(organization_id: int, form: MemberForm) -> str:
    """Add a person; one who never signed in here gets a password to begin with, shown once."""
    role = Role(form.role.data)
    if not _may_hand_out(role):
        form.role.errors = [ONLY_OWNERS]
        return _members(organization_id, form)
    added = people.add_member(
        services(),
        organization_id,
        email=form.email.data,
        name=form.name.data,
        role=role,
        asked_by=access.caller().actor,
    )
    return _members(organization_id, MemberForm(formdata=None, role=str(Role.BOOKKEEPER)), added=added)


def _members(organization_id: int, form: MemberForm, *, added: people.Added | None = None) -> str:
    return render_template(
        "settings/members.html",
        form=form,
        members=pages.list_members(services(), organization_id),
        role_lines=ROLE_LINES,
        added=added,
        roles=tuple(reversed(Role)),
    )


def _change_role(organization_id: int, user_id: int, role: Role) -> None:
    present = pages.role_of(services(), organization_id, user_id)
    if not (_may_hand_out(role) and _may_hand_out(present)):
        flashes.refused(ONLY_OWNERS)
        return
    try:
        membering.change_role(services(), organization_id, user_id, role, asked_by=access.caller().actor)
    except membering.LastOwner:
        flashes.refused(ONE_OWNER)
    else:
        flashes.done("The role is changed.")


def _remove(organization_id: int, user_id: int) -> None:
    if not _may_hand_out(pages.role_of(services(), organization_id, user_id)):
        flashes.refused(ONLY_OWNERS)
        return
    try:
        membering.remove_member(services(), organization_id, user_id, asked_by=access.caller().actor)
    except membering.LastOwner:
        flashes.refused(ONE_OWNER)
    else:
        flashes.done("The membership has ended.")


def _may_hand_out(role: Role) -> bool:
    """Only an owner makes or unmakes owners."""
    return role is not Role.OWNER or access.caller().may(Role.OWNER)
