"""An install says that an organization uses a source plugin; uninstalling keeps the row and the history."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into
from qbo_connector.store.row import Row


class Install(Row):
    """One plugin in one organization; ``version`` is the one whose settings are stored."""

    __tablename__ = "installs"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    source_key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    installed_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    uninstalled_at: Mapped[datetime | None] = mapped_column(default=None)


def install(session: Session, *, organization_id: int, source_key: str, version: str) -> None:
    """Install the plugin, again after an uninstall, or in another version."""
    statement = insert_into(session, Install).values(
        organization_id=organization_id, source_key=source_key, version=version
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organization_id", "source_key"], set_={"version": version, "uninstalled_at": None}
        )
    )


def uninstall(session: Session, *, organization_id: int, source_key: str) -> None:
    """Note that the organization does not use the plugin any more."""
    row = session.get(Install, (organization_id, source_key))
    if row is not None:
        row.uninstalled_at = utc_now()


def list_installed(session: Session, organization_id: int) -> Sequence[Install]:
    """What the organization uses now."""
    query = select(Install).where(Install.organization_id == organization_id, Install.uninstalled_at.is_(None))
    return session.scalars(query.order_by(Install.source_key)).all()
