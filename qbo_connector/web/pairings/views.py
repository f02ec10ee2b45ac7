"""Syncs: which account goes to which company, under which rules, on or off."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_connector.policy.policy_refusal import PolicyRefused
from qbo_connector.store import pairings as store_pairings
from qbo_connector.store.pairings import Pairing
from qbo_connector.sync import pairings
from qbo_connector.sync.preflight import preflight
from qbo_connector.web import access, flashes
from qbo_connector.web.pairings import rules
from qbo_connector.web.pairings.forms import (
    CHOICE_PREFIX,
    DEFAULT_ITEM,
    JoinForm,
    RulesForm,
    SwitchForm,
    accounts_of,
    choices_of,
    rules_form,
)
from qbo_connector.web.wiring import services

blueprint = Blueprint("pairings", __name__)
PREFIX = "/o/<int:organization_id>/syncs"


@blueprint.get(PREFIX)
@access.signed_in()
def index(organization_id: int) -> str:
    """All syncs."""
    return render_template("pairings/index.html", syncs=rules.list_syncs(services(), organization_id))


@blueprint.get(f"{PREFIX}/new")
@access.signed_in("admin")
def new(organization_id: int) -> str | Response:
    """Choose the two sides; with one of each there is nothing to choose."""
    accounts, companies = rules.joinable(services(), organization_id)
    if len(accounts) == len(companies) == 1:
        return redirect(url_for("pairings.create", account_id=accounts[0][0], connection_id=companies[0][0]))
    if wanted := _wanted(accounts, companies):
        return redirect(url_for("pairings.create", account_id=wanted[0], connection_id=wanted[1]))
    form = JoinForm.offering(accounts, companies)
    return render_template("pairings/join.html", form=form, accounts=accounts, companies=companies)


@blueprint.route(f"{PREFIX}/new/<int:account_id>/<int:connection_id>", methods=["GET", "POST"])
@access.signed_in("admin")
def create(organization_id: int, account_id: int, connection_id: int) -> str | Response:
    """Set the rules, review them in sentences, start."""
    sides = rules.sides_of(services(), organization_id, account_id, connection_id)
    return _wizard(sides, pairing=None)


@blueprint.route(f"{PREFIX}/<int:pairing_id>", methods=["GET", "POST"])
@access.signed_in("admin")
def edit(organization_id: int, pairing_id: int) -> str | Response:
    """Change the rules of a sync."""
    pairing = _load(organization_id, pairing_id)
    sides = rules.sides_of(services(), organization_id, pairing.source_account_id, pairing.connection_id)
    return _wizard(sides, pairing=pairing)


@blueprint.post(f"{PREFIX}/<int:pairing_id>/on")
@access.signed_in("admin")
def turn_on(organization_id: int, pairing_id: int) -> Response:
    """Let records sync."""
    pairing = _load(organization_id, pairing_id)
    if SwitchForm().validate_on_submit():
        pairings.turn_on(services(), pairing_id, asked_by=access.caller().actor)
        flashes.done(f"{pairing.name} is on.")
    return redirect(url_for("pairings.index"))


@blueprint.post(f"{PREFIX}/<int:pairing_id>/off")
@access.signed_in("admin")
def turn_off(organization_id: int, pairing_id: int) -> Response:
    """Stop syncing; links and history stay."""
    pairing = _load(organization_id, pairing_id)
    if SwitchForm().validate_on_submit():
        pairings.turn_off(services(), pairing_id, asked_by=access.caller().actor)
        flashes.done(f"{pairing.name} is off. What was synced stays as it is.")
    return redirect(url_for("pairings.index"))


def _wizard(sides: rules.Sides, *, pairing: Pairing | None) -> str | Response:
    stored: dict[str, Any] = dict(pairing.rules) if pairing else {}
    questions = rules.questions_for(sides, stored.get("choices", {}), access.caller())
    form = rules_form(
        questions,
        books=rules.books_lists(services(), sides.connection.id),
        stored=stored,
        name=pairing.name if pairing else f"{sides.account.name} → {sides.company}",
    )
    page = {"form": form, "sides": sides, "pairing": pairing, "sections": rules.sections_of(questions)}
    page |= rules.shadow_of(services(), sides, pairing)
    if not form.validate_on_submit() or form.step.data == "back":
        return render_template("pairings/edit.html", **page, checks=_checks(pairing))
    chosen = stored.get("choices", {}) | choices_of(form, questions)
    try:
        sentences = rules.in_sentences(sides, chosen)
        if form.step.data != "save":
            return render_template("pairings/review.html", **page, sentences=sentences)
        return _save(sides, form, chosen, pairing)
    except PolicyRefused as refused:
        _show_refusal(form, refused)
        return render_template("pairings/edit.html", **page, checks=_checks(pairing))


def _save(sides: rules.Sides, form: RulesForm, chosen: dict[str, Any], pairing: Pairing | None) -> Response:
    answers = {"name": form.name.data, "choices": chosen, "accounts": accounts_of(form)}
    answers[DEFAULT_ITEM] = form[DEFAULT_ITEM].data or ""
    if pairing is not None:
        actor = access.caller().actor
        pairings.change(services(), pairing.id, **answers, expected_version=pairing.rules_version, asked_by=actor)
        flashes.done("The rules are changed. Records under them are looked at again.")
        return redirect(url_for("pairings.index"))
    pairing_id = pairings.create(
        services(), access.organization_id(), sides.account.id, sides.connection.id, **answers
    )
    pairings.turn_on(services(), pairing_id, asked_by=access.caller().actor)
    flashes.done(f"{form.name.data} is on.")
    return redirect(url_for("overview.objects"))


def _show_refusal(form: RulesForm, refused: PolicyRefused) -> None:
    named = [form[f"{CHOICE_PREFIX}{key}"] for key in refused.keys if f"{CHOICE_PREFIX}{key}" in form]
    for bound in named or [form.name]:
        bound.errors = [str(refused)]


def _checks(pairing: Pairing | None) -> tuple[Any, ...]:
    return tuple(preflight(services(), pairing.id, fresh=False)) if pairing else ()


def _wanted(accounts: list[tuple[int, str]], companies: list[tuple[int, str]]) -> tuple[int, int] | None:
    """The two sides named in the address, if both are on offer."""
    account, company = request.args.get("account", type=int), request.args.get("connection", type=int)
    if account in dict(accounts) and company in dict(companies):
        assert account is not None and company is not None  # noqa: PT018, S101 - keys of the dictionaries above
        return account, company
    return None


def _load(organization_id: int, pairing_id: int) -> Pairing:
    with services().database.reading() as session:
        return store_pairings.load_in(session, organization_id, pairing_id)
