"""The source side of a record: opening its plugin and reading. No transaction is open meanwhile."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.canonical import Invoice, Status
from qbo_connector.errors import SourceRecordGone
from qbo_connector.sources.plugin import SourcePlugin
from qbo_connector.sources.values import Ref
from qbo_connector.store.sources import SourceAccount
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation


def open_plugin(services: Services, account: SourceAccount) -> SourcePlugin:
    """The plugin of a source account with its settings.

    Raises:
        ConfigurationError: it is not installed or does not load (`plugin.unavailable`).
    """
    entry = entry_of(services, account.source_key)
    http = services.source_http()
    return entry.open(account.settings, http, now=services.clock, account_name=account.name)


def read_document(services: Services, situation: Situation) -> Invoice:
    """The record as its source gives it now; of one that was synced and is gone, its last version, as deleted.

    Raises:
        ConnectorError: as the plugin says: gone, refused, unavailable, or a value that cannot be right.
    """
    record = situation.record
    try:
        document = open_plugin(services, situation.account).read(situation.ref)
    except SourceRecordGone:
        if not record.qbo_id or record.document is None:
            raise
        return Invoice.model_validate_json(record.document).but(status=Status.DELETED, status_label="deleted")
    return with_overrides(document, record.overrides)


def with_overrides(document: Invoice, answers: Mapping[str, Any]) -> Invoice:
    """The document with what a person corrected for QuickBooks only: a number, a date, a name, an address.

    Raises:
        DocumentInvalid: the correction itself cannot be right.
    """
    own = {name: answers[name] for name in ("number", "issue_date", "due_date") if name in answers}
    corrected = {FIELDS[name]: value for name, value in answers.items() if name in FIELDS}
    if corrected:
        own["customer"] = document.customer.but(**corrected)
    return document.but(**own) if own else document


FIELDS = {"customer name": "name", "billing e-mail": "email"}
"""Fields that may be corrected, as screens name them."""


def record_url(services: Services, situation: Situation) -> str:
    """Where a person sees the record in the source; empty where it has no page."""
    ref = Ref(kind=situation.record.kind, external_id=situation.record.external_id)
    return open_plugin(services, situation.account).record_url(ref) or ""
