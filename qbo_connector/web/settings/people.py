"""Adding people: those who sign in already, and those who get a first password."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qbo_connector.store.failures import NotThere
from qbo_connector.store.states import Role
from qbo_connector.sync import members

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Who was added; the password is given only to a new person, and cannot be shown again."""

    name: str
    email: str
    password: str = field(default="", repr=False)


def add_member(
    services: "Services", organization_id: int, *, email: str, name: str, role: Role, asked_by: str
) -> Added:
    """Make somebody a member, and a person first if nobody signs in with the address."""
    try:
        members.add_member(services, organization_id, email=email, role=role, asked_by=asked_by)
    except NotThere:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        members.create_user(services, email=email, password=password, name=name)
        members.add_member(services, organization_id, email=email, role=role, asked_by=asked_by)
        return Added(name=name, email=email, password=password)
    return Added(name=name, email=email)
