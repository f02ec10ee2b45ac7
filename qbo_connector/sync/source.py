"""The source side of a record: opening its plugin and reading. No transaction is open meanwhile."""

from collections.abc import Mapping

from qbo_connector.canonical import Invoice, Status
from qbo_connector.errors import SourceRecordGone
from qbo_connector.sources.plugin import SourcePlugin
from qbo_connector.sources.values import Ref
from qbo_connector.store.sources import SourceAccount
from qbo_connector.sync.corrections import with_overrides
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation

NOTHING: Mapping[str, str] = {}


def open_plugin(services: Services, account: SourceAccount, instead: Mapping[str, str] = NOTHING) -> SourcePlugin:
    """The plugin of a source account with its settings, but for those that are given `instead`.

    Raises:
        ConfigurationError: it is not installed or does not load (`plugin.unavailable`).
    """
    entry = entry_of(services, account.source_key)
    http = services.source_http()
    settings = {**account.settings, **instead}
    return entry.open(settings, http, now=services.clock, account_name=account.name)


def read_document(services: Services, situation: Situation) -> Invoice:
    """The record as its source gives it now, with what people corrected of it for QuickBooks.

    Raises:
        ConnectorError: as `read_given`; or a correction cannot be right.
    """
    return with_overrides(read_given(services, situation), situation.record.overrides or {})


def read_given(services: Services, situation: Situation) -> Invoice:
    """The record as its source gives it now; of one that was synced and is gone, its last version, as deleted.

    Raises:
        ConnectorError: as the plugin says: gone, refused, unavailable, or a value that cannot be right.
    """
    record = situation.record
    try:
        return open_plugin(services, situation.account).read(situation.ref)
    except SourceRecordGone:
        if not record.qbo_id or record.document is None:
            raise
        return Invoice.model_validate_json(record.document).but(status=Status.DELETED, status_label="deleted")


def record_url(services: Services, situation: Situation) -> str:
    """Where a person sees the record in the source; empty where it has no page."""
    ref = Ref(kind=situation.record.kind, external_id=situation.record.external_id)
    return open_plugin(services, situation.account).record_url(ref) or ""
