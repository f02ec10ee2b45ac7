"""What the settings pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbo_connector.store import activity, api_keys, entitlements, memberships, organizations, sources, widget_keys
from qbo_connector.store.failures import NotThere
from qbo_connector.store.states import Role, SourceAccountState
from qbo_connector.web.history import Line, lines_of

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member."""

    user_id: int
    name: str
    email: str
    role: str
    last_signed_in_at: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One widget key, without its secret."""

    id: str
    name: str
    account: str
    origins: tuple[str, ...]
    state: str
    last_used_at: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One page of the organization's history; ``older`` leads on."""

    lines: tuple[Line, ...]
    older: int | None


def load_organization(services: "Services", organization_id: int) -> Any:
    """The organization's row."""
    with services.database.reading() as session:
        return organizations.load(session, organization_id)


def list_members(services: "Services", organization_id: int) -> tuple[Member, ...]:
    """Who is in it, by name."""
    with services.database.reading() as session:
        rows = memberships.list_members(session, organization_id)
    return tuple(
        Member(
            user_id=user.id,
            name=user.name or user.email,
            email=user.email,
            role=str(role),
            last_signed_in_at=user.last_signed_in_at,
        )
        for user, role in rows
    )


def role_of(services: "Services", organization_id: int, user_id: int) -> Role:
    """A member's role.

    Raises:
        NotThere: the person is no member.
    """
    with services.database.reading() as session:
        role = memberships.find_role(session, organization_id=organization_id, user_id=user_id)
    if role is None:
        raise NotThere(f"user {user_id} is no member of organization {organization_id}")
    return role


def list_accounts(services: "Services", organization_id: int) -> list[tuple[int, str]]:
    """The source accounts that a key can be made for."""
    with services.database.reading() as session:
        rows = sources.list_in(session, organization_id)
    return [(row.id, row.name) for row in rows if row.state is not SourceAccountState.UNINSTALLED]


def list_widget_keys(services: "Services", organization_id: int) -> tuple[Key, ...]:
    """All widget keys, by name."""
    with services.database.reading() as session:
        rows = widget_keys.list_in(session, organization_id)
        names = {row.id: row.name for row in sources.list_in(session, organization_id)}
    return tuple(
        Key(
            id=row.id,
            name=row.name,
            account=names.get(row.source_account_id, ""),
            origins=tuple(row.origins),
            state=str(row.state),
            last_used_at=row.last_used_at,
        )
        for row in rows
    )


def list_api_keys(services: "Services", organization_id: int) -> Sequence[Any]:
    """All API keys, newest first."""
    with services.database.reading() as session:
        return api_keys.list_in(session, organization_id)


def history_page(services: "Services", organization_id: int, before: int | None) -> History:
    """The history from an entry on, newest first."""
    with services.database.reading() as session:
        entries = activity.list_in(session, organization_id, before=before, limit=SHOWN_AT_ONCE)
        lines = lines_of(services, session, entries)
    return History(lines=lines, older=entries[-1].id if len(entries) == SHOWN_AT_ONCE else None)


def list_grants(services: "Services", organization_id: int) -> tuple[tuple[str, Any], ...]:
    """What is granted now, as the source's name and the grant."""
    with services.database.reading() as session:
        return tuple(
            (entry.manifest.name, grant)
            for entry in services.registry.entries
            for grant in entitlements.list_current(session, organization_id, entry.key)
        )
