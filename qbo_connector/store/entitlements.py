"""An entitlement switches something on for one organization: a beta, a plan, an add-on, a cohort."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ForeignKey, Select, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into
from qbo_connector.store.row import Row


class Entitlement(Row):
    """What an operator granted. ``until`` None: without end."""

    __tablename__ = "entitlements"
    __table_args__ = (UniqueConstraint("organization_id", "source_key", "entitlement"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    source_key: Mapped[str]
    entitlement: Mapped[str]
    value: Mapped[str] = mapped_column(default="")
    granted_by: Mapped[str] = mapped_column(default="")
    granted_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    until: Mapped[datetime | None] = mapped_column(default=None)


def grant(session: Session, entitlement: Entitlement) -> None:
    """Grant it, or replace the grant of the same name."""
    values = {
        "organization_id": entitlement.organization_id,
        "source_key": entitlement.source_key,
        "entitlement": entitlement.entitlement,
    }
    terms = {
        "value": entitlement.value,
        "granted_by": entitlement.granted_by,
        "granted_at": entitlement.granted_at,
        "until": entitlement.until,
    }
    statement = insert_into(session, Entitlement).values(**values, **terms)
    session.execute(statement.on_conflict_do_update(index_elements=list(values), set_=terms))


def list_current(session: Session, organization_id: int, source_key: str) -> Sequence[Entitlement]:
    """What holds now for a source."""
    about = {"organization": organization_id, "source": source_key, "present": utc_now()}
    return session.scalars(_current(), about).all()


@cache
def _current() -> Select[Entitlement]:
    query = select(Entitlement).where(
        Entitlement.organization_id == bindparam("organization"),
        Entitlement.source_key == bindparam("source"),
        or_(Entitlement.until.is_(None), Entitlement.until > bindparam("present")),
    )
    return query.order_by(Entitlement.entitlement)
