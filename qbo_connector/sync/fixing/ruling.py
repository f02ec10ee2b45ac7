"""Answers that become rules of the pairing; what waits for the same answer goes on as well."""

from typing import Any

from qbo_connector.policy.catalogue import Role
from qbo_connector.store import connections, pairings
from qbo_connector.sync.answers import TAXES
from qbo_connector.sync.pairings import set_rule
from qbo_connector.sync.press import Press

THIS_DOCUMENT, ALWAYS = "document", "always"
NO_TAX = "no tax"
"""How a finding calls what the source sells without any tax (`policy.tax`)."""


def set_account(press: Press) -> int | None:
    """Choose the account of a role."""
    before = dict(_rules(press).get("accounts", {}))
    _set(press, "accounts", {**before, press.text("account_role"): press.text("qbo_account_id")})
    return press.sync()


def set_default_item(press: Press) -> int | None:
    """Choose the item for lines without a match."""
    _set(press, "default_item", press.text("qbo_item_id"))
    return press.sync()


def pick_tax_code(press: Press) -> int | None:
    """The code of a tax, "no tax" among them: for this document, or for always, which an admin decides."""
    tax = press.optional("source_tax")
    chosen = {"" if tax == NO_TAX else tax: press.text("qbo_tax_code_id")}
    usual = ALWAYS if press.role.may_act_as(Role.ADMIN) else THIS_DOCUMENT
    if (press.optional("remember") or usual) == THIS_DOCUMENT:
        before = (press.situation().record.overrides or {}).get(TAXES, {})
        return press.answer({TAXES: {**before, **chosen}})
    press.must_be(Role.ADMIN)
    _set(press, "taxes", {**dict(_rules(press).get("taxes", {})), **chosen})
    return press.sync()


def override_preflight(press: Press) -> int | None:
    """Turn one blocking check into a warning for this pairing (H-6)."""
    check, before = press.text("check"), list(_rules(press).get("overridden", ()))
    _set(press, "overridden", sorted({*before, check}))
    with press.services.database.writing() as session:
        press.note(session, "preflight.overridden", check=check, reason=press.text("reason")[:500])
    return press.sync()


def set_read_budget(press: Press) -> int | None:
    """Change the connection's own share of the month's metered reads; without a figure it has none of its own."""
    figure = press.optional("monthly_reads")
    connection_id = press.situation().connection.id
    with press.services.database.writing() as session:
        connections.load(session, connection_id).read_share = int(figure) if figure.isdecimal() else None
        press.note(session, "connection.read_share", monthly_reads=figure)
    return press.sync()


def _rules(press: Press) -> dict[str, Any]:
    with press.services.database.reading() as session:
        return dict(pairings.load(session, press.target.pairing_id).rules)


def _set(press: Press, rule: str, value: Any) -> None:
    set_rule(
        press.services,
        press.target.organization_id,
        press.target.pairing_id,
        rule,
        value,
        asked_by=press.asked_by,
    )
