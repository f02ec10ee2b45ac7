"""A membership says which role a user has in an organization."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.dialects import insert_into, rows_changed
from qbo_connector.store.organizations import Organization
from qbo_connector.store.row import Row
from qbo_connector.store.states import Role
from qbo_connector.store.types import closed
from qbo_connector.store.users import User


class Membership(Row):
    """One user in one organization."""

    __tablename__ = "memberships"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(closed(Role, "role"))


def grant(session: Session, *, organization_id: int, user_id: int, role: Role) -> None:
    """Make the user a member, or change their role."""
    statement = insert_into(session, Membership).values(
        organization_id=organization_id, user_id=user_id, role=role
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["organization_id", "user_id"], set_={"role": role})
    )


def revoke(session: Session, *, organization_id: int, user_id: int) -> bool:
    """End the membership; False if there was none."""
    statement = delete(Membership).where(
        Membership.organization_id == organization_id, Membership.user_id == user_id
    )
    return rows_changed(session, statement) == 1


def find_role(session: Session, *, organization_id: int, user_id: int) -> Role | None:
    """The user's role there, if any."""
    return session.scalar(
        select(Membership.role).where(Membership.organization_id == organization_id, Membership.user_id == user_id)
    )


def list_organizations(session: Session, user_id: int) -> Sequence[tuple[Organization, Role]]:
    """Where the user is a member, by name."""
    query = (
        select(Organization, Membership.role)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user_id)
        .order_by(Organization.name, Organization.id)
    )
    return [(organization, role) for organization, role in session.execute(query)]


def list_members(session: Session, organization_id: int) -> Sequence[tuple[User, Role]]:
    """Who is a member, by name."""
    query = (
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id)
        .order_by(User.name, User.email)
    )
    return [(user, role) for user, role in session.execute(query)]


def count_owners(session: Session, organization_id: int) -> int:
    """How many owners there are: the last one may not go."""
    query = select(func.count()).where(
        Membership.organization_id == organization_id, Membership.role == Role.OWNER
    )
    return session.scalar(query) or 0
