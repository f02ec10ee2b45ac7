"""Organizations and people: founding, signing in, roles, and what an operator switches on for whom."""

from datetime import datetime

from sqlalchemy.orm import Session

from qbo_connector.store import entitlements, memberships, organizations, pairings, sources, users
from qbo_connector.store.entitlements import Entitlement
from qbo_connector.store.failures import NotThere
from qbo_connector.store.passwords import hash_password
from qbo_connector.store.states import Role
from qbo_connector.store.users import User
from qbo_connector.sync import causes
from qbo_connector.sync.history import OPERATOR, tell
from qbo_connector.sync.reviving import wake
from qbo_connector.sync.services import Services


class LastOwner(Exception):
    """An organization keeps at least one owner."""


def sign_in(services: Services, *, email: str, password: str) -> User | None:
    """The user, if the password is right; None tells nothing about which of both was wrong."""
    user = _authenticated(services, email, password)
    if user is None:
        return None
    with services.database.writing() as session:
        row = users.load(session, user.id)
        row.last_signed_in_at = services.clock()
        row.password_hash = user.password_hash
        return row


def _authenticated(services: Services, email: str, password: str) -> User | None:
    """Verified in a reading transaction: hashing is slow on purpose, and a guess must not hold up writers."""
    with services.database.reading() as session:
        return users.authenticate(session, email=email, password=password)


def change_password(services: Services, user_id: int, *, present: str, wanted: str) -> User | None:
    """Set a new password for a person who knows the present one."""
    with services.database.reading() as session:
        email = users.load(session, user_id).email
    if _authenticated(services, email, present) is None:
        return None
    hashed = hash_password(wanted)
    with services.database.writing() as session:
        users.set_password(session, user_id, hashed)
        return users.load(session, user_id)


def create_organization(services: Services, *, name: str, owner_id: int | None = None) -> int:
    """Found an organization, with an owner if there is one already."""
    with services.database.writing() as session:
        organization = organizations.add(session, name=name)
        if owner_id is not None:
            memberships.grant(session, organization_id=organization.id, user_id=owner_id, role=Role.OWNER)
        return organization.id


def change_organization(services: Services, organization_id: int, *, name: str, brand_name: str = "") -> None:
    """Rename an organization, or the brand under which its sources speak (C-33).

    Raises:
        NotThere: there is none of this id.
    """
    with services.database.writing() as session:
        organization = organizations.load(session, organization_id)
        organization.name, organization.brand_name = name, brand_name


def create_user(
    services: Services, *, email: str, password: str, name: str = "", is_operator: bool = False
) -> int:
    """A new person.

    Raises:
        sqlalchemy.exc.IntegrityError: the address is taken.
    """
    hashed = hash_password(password)
    with services.database.writing() as session:
        return users.add(session, email=email, password_hash=hashed, name=name, is_operator=is_operator).id


def add_member(
    services: Services, organization_id: int, *, email: str, role: Role, asked_by: str = OPERATOR
) -> None:
    """Give a known person a role.

    Raises:
        NotThere: nobody signs in with this address.
    """
    with services.database.writing() as session:
        user = users.find_by_email(session, email)
        if user is None:
            raise NotThere(f"nobody signs in as {email}")
        memberships.grant(session, organization_id=organization_id, user_id=user.id, role=role)
        tell(session, organization_id, "member.added", asked_by, name=user.name or email, role=str(role))


def change_role(
    services: Services, organization_id: int, user_id: int, role: Role, *, asked_by: str = OPERATOR
) -> None:
    """Change what a member may do.

    Raises:
        LastOwner: it would leave the organization without an owner.
    """
    with services.database.writing() as session:
        memberships.grant(session, organization_id=organization_id, user_id=user_id, role=role)
        if memberships.count_owners(session, organization_id) == 0:
            raise LastOwner
        name = _called(session, user_id)
        tell(session, organization_id, "member.role_changed", asked_by, name=name, role=str(role))


def remove_member(services: Services, organization_id: int, user_id: int, *, asked_by: str = OPERATOR) -> None:
    """Take a member out.

    Raises:
        LastOwner: it would leave the organization without an owner.
    """
    with services.database.writing() as session:
        memberships.revoke(session, organization_id=organization_id, user_id=user_id)
        if memberships.count_owners(session, organization_id) == 0:
            raise LastOwner
        tell(session, organization_id, "member.removed", asked_by, name=_called(session, user_id))


def grant(
    services: Services,
    organization_id: int,
    source_key: str,
    entitlement: str,
    *,
    granted_by: str,
    until: datetime | None = None,
) -> None:
    """Switch something on for an organization: a beta, a plan, an add-on (T-2, T-4)."""
    with services.database.writing() as session:
        entitlements.grant(
            session,
            Entitlement(
                organization_id=organization_id,
                source_key=source_key,
                entitlement=entitlement,
                granted_by=granted_by,
                until=until,
            ),
        )
        event = "entitlement.granted" if until is None or until > services.clock() else "entitlement.withdrawn"
        tell(session, organization_id, event, granted_by, name=entitlement, source=source_key)
        changed = {causes.entitlement(organization_id, source_key)}
        for connection_id in _companies_of(session, organization_id, source_key):
            wake(session, organization_id, connection_id, changed)


def withdraw(services: Services, organization_id: int, source_key: str, entitlement: str, *, by: str) -> None:
    """Switch it off again, from now on."""
    grant(services, organization_id, source_key, entitlement, granted_by=by, until=services.clock())


def _called(session: Session, user_id: int) -> str:
    user = users.load(session, user_id)
    return user.name or user.email


def _companies_of(session: Session, organization_id: int, source_key: str) -> set[int]:
    """The companies that this source syncs with."""
    mine = {row.id for row in sources.list_in(session, organization_id) if row.source_key == source_key}
    return {
        row.connection_id for row in pairings.list_in(session, organization_id) if row.source_account_id in mine
    }
