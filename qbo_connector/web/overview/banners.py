"""What stops more than one record: said once, above everything else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_connector.store import findings
from qbo_connector.sync.alarms import alarms
from qbo_connector.web.findings import Said, say_from

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """One finding about a connection, a source account, a sync or the organization."""

    said: Said
    connection_id: int | None
    source_account_id: int | None
    pairing_id: int | None


def banners_of(services: "Services", organization_id: int) -> tuple[Banner, ...]:
    """The open findings that are about more than one record, the latest first."""
    with services.database.reading() as session:
        rows = findings.list_open_wide(session, organization_id)
        everywhere = list(alarms(session, services.settings))
    banners = [
        Banner(
            said=say_from(services.catalogue, str(one.code), one.params),
            connection_id=None,
            source_account_id=None,
            pairing_id=None,
        )
        for one in everywhere
    ]
    banners += [
        Banner(
            said=say_from(services.catalogue, row.code, row.params),
            connection_id=row.connection_id,
            source_account_id=row.source_account_id,
            pairing_id=row.pairing_id,
        )
        for row in rows
    ]
    return tuple(banners)
