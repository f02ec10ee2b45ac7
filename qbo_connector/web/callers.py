"""Who is asking: from the session cookie to a person, and what that person is in an organization."""

from typing import TYPE_CHECKING

from flask import Flask
from flask_login import current_user

from qbo_connector.extensions import login_manager
from qbo_connector.store import memberships, organizations, users
from qbo_connector.store.failures import NotThere
from qbo_connector.web.access import Caller
from qbo_connector.web.auth.visitor import Visitor, user_id_of

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services


def init_app(app: Flask, services: "Services") -> None:
    """Let flask-login find people in our store."""
    login_manager.init_app(app)

    def load_visitor(session_id: str) -> Visitor | None:
        return _visitor(services, session_id)

    login_manager.user_loader(load_visitor)


def find_caller(services: "Services", organization_id: int | None) -> Caller | None:
    """The signed-in person as a caller in this organization; None for whoever has no business there."""
    person: Visitor = current_user._get_current_object()  # noqa: SLF001 - flask-login's own way to the object
    if organization_id is None:
        return _outside(person)
    with services.database.reading() as session:
        role = memberships.find_role(session, organization_id=organization_id, user_id=person.user_id)
        if role is None and not person.is_operator:
            return None
        try:
            organization = organizations.load(session, organization_id)
        except NotThere:
            return None
    return Caller(
        user_id=person.user_id,
        name=person.name,
        email=person.email,
        is_operator=person.is_operator,
        organization_id=organization.id,
        organization_name=organization.name,
        brand_name=organization.brand_name,
        role=role,
    )


def _outside(person: Visitor) -> Caller:
    return Caller(user_id=person.user_id, name=person.name, email=person.email, is_operator=person.is_operator)


def _visitor(services: "Services", session_id: str) -> Visitor | None:
    user_id = user_id_of(session_id)
    if user_id is None:
        return None
    with services.database.reading() as session:
        user = users.find(session, user_id)
    if user is None:
        return None
    visitor = Visitor.of(user)
    return visitor if visitor.get_id() == session_id else None
