"""An organization is our tenant: everything else belongs to exactly one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import save
from qbo_connector.store.row import Row


class Organization(Row):
    """A tenant. ``brand_name`` replaces our product's name on its screens, if given."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    brand_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)


def add(session: Session, *, name: str, brand_name: str = "") -> Organization:
    """Found an organization."""
    return save(session, Organization(name=name, brand_name=brand_name))


def load(session: Session, organization_id: int) -> Organization:
    """Raises NotThere if there is none."""
    return load_row(session, Organization, organization_id)


def list_all(session: Session) -> Sequence[Organization]:
    """All of them, by name."""
    return session.scalars(select(Organization).order_by(Organization.name, Organization.id)).all()
