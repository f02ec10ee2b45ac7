"""In which organizations a person may look."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_connector.store import memberships, organizations
from qbo_connector.store.states import Role
from qbo_connector.web.access import Caller

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One organization, and what the person is there; None for an operator who is no member."""

    organization_id: int
    name: str
    role: Role | None


def memberships_of(services: "Services", person: Caller) -> tuple[Membership, ...]:
    """By name; an operator sees every organization."""
    with services.database.reading() as session:
        own = {row.id: role for row, role in memberships.list_organizations(session, person.user_id)}
        if person.is_operator:
            shown = organizations.list_all(session)
        else:
            shown = [row for row, _ in memberships.list_organizations(session, person.user_id)]
    return tuple(Membership(organization_id=row.id, name=row.name, role=own.get(row.id)) for row in shown)
