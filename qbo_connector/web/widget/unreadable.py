"""The record of a card that cannot even be looked at: not paired yet, or its source does not answer."""

from typing import TYPE_CHECKING

from qbo_connector.policy.catalogue import Reason, Role
from qbo_connector.policy.saying import said
from qbo_connector.store import connections, sources
from qbo_connector.store.states import ConnectionState
from qbo_connector.sync.views import CheckView, FindingView, error_view, finding_view
from qbo_connector.web.widget.answers import Json, check_json, finding_json

if TYPE_CHECKING:
    from qbo_connector.errors import ConnectorError
    from qbo_connector.sync.services import Services
    from qbo_connector.sync.widget import WidgetCaller

STATES = {"excluded": "excluded", "held": "held", "failing-retryable": "waiting", "connection-wide": "waiting"}
WHOLE_SYNC = "the sync itself"


def not_paired(services: "Services", caller: "WidgetCaller") -> Json:
    """No QuickBooks company to send to yet: the first check of T-16 fails, and no other can be made."""
    view = not_paired_finding(services, caller)
    check = CheckView(
        code=view.code,
        passed=False,
        state="block",
        sentence=view.sentence,
        explanation=view.explanation,
        remedy=view.remedy,
        fixes=view.fixes,
    )
    return {**_bare(caller), "state": "not_available", "checks": [check_json(check)]}


def not_read(services: "Services", caller: "WidgetCaller", err: "ConnectorError") -> Json:
    """The source refused, or does not answer; said in the catalogue's words."""
    finding = error_finding(services, caller, err)
    state = STATES.get(finding.cls, "failing")
    actions = [] if state == "waiting" else ["retry"]
    return {**_bare(caller), "state": state, "finding": finding_json(finding), "actions": actions}


def error_finding(services: "Services", caller: "WidgetCaller", err: "ConnectorError") -> FindingView:
    """An error in words, with what is known about the record."""
    known = {"document": f"{caller.kind} {caller.external_id}", "source": source_name(services, caller)}
    return error_view(err, Role.END_USER, known)


def source_name(services: "Services", caller: "WidgetCaller") -> str:
    """What people call the source system."""
    with services.database.reading() as session:
        account = sources.load_in(session, caller.organization_id, caller.source_account_id)
    entry = services.registry.find(account.source_key)
    return entry.manifest.name if entry else account.name


def not_paired_finding(services: "Services", caller: "WidgetCaller") -> FindingView:
    """Why there is nowhere to send to."""
    with services.database.reading() as session:
        living = [
            connection
            for connection in connections.list_in(session, caller.organization_id)
            if connection.state is not ConnectionState.DISCONNECTED
        ]
    known = {"source": source_name(services, caller), "step": WHOLE_SYNC}
    reason = Reason.PREFLIGHT_SETUP_INCOMPLETE if living else Reason.CONNECTION_MISSING
    return finding_view(said(reason, known), Role.END_USER)


def _bare(caller: "WidgetCaller") -> Json:
    return {
        "kind": caller.kind,
        "document": None,
        "checks": [],
        "finding": None,
        "quickbooks": None,
        "copies": [],
        "actions": [],
        "changes": 0,
        "last_synced_at": None,
        "first_sync": False,
        "operation": None,
    }
