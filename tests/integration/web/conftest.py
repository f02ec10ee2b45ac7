"""People at their browsers, without a browser: a client that fills in forms as they were served."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import FlaskLoginClient
from werkzeug.test import TestResponse

from qbo_connector.store import users
from qbo_connector.store.passwords import hash_password
from qbo_connector.store.states import Role
from qbo_connector.sync import members
from qbo_connector.web.auth.visitor import Visitor
from qbo_connector.web.wiring import KEY

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a browser of their own."""

    client: FlaskClient
    email: str
    user_id: int = 0

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **{"buffered": True, **more})

    def post(self, path: str, page: str | None = None, **fields: Any) -> TestResponse:
        """Send a form of a page (the same address, unless told), with the token that the page holds."""
        token = TOKEN.search(self.client.get(page or path).text)
        assert token is not None, f"{page or path} has no form"
        return self.client.post(path, data={"csrf_token": token[1], **fields})

    def sign_in(self, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/sign-in", email=self.email, password=password, **fields)


def text_of(answer: TestResponse) -> str:
    """What a person reads: without tags, entities resolved, white space collapsed."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def read() -> Callable[[TestResponse], str]:
    return text_of


@pytest.fixture
def services(app: Flask) -> Any:
    return app.extensions[KEY]


@pytest.fixture
def organization_id(services: Any) -> int:
    return members.create_organization(services, name="Oak & Pine")


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def make_person(app: Flask, services: Any, password_hash: str) -> Callable[..., Person]:
    """A person who has signed in; with a role in an organization, if told.

    Signing in itself is tested with ``signed_in=False``: hashing is slow on purpose.
    """
    app.test_client_class = FlaskLoginClient

    def make(
        email: str, *, role: str = "", organization_id: int = 0, operator: bool = False, signed_in: bool = True
    ) -> Person:
        with services.database.writing() as session:
            user = users.add(session, email=email, password_hash=password_hash, name=email, is_operator=operator)
        if role:
            members.add_member(services, organization_id, email=email, role=Role(role))
        client = app.test_client(user=Visitor.of(user)) if signed_in else app.test_client()
        return Person(client=client, email=email, user_id=user.id)

    return make


@pytest.fixture
def owner(make_person: Callable[..., Person], organization_id: int) -> Person:
    return make_person("ann@example.com", role="owner", organization_id=organization_id)


@pytest.fixture
def bookkeeper(stage: Any, make_person: Callable[..., Person]) -> Person:
    """Somebody who repairs things in the stage's organization."""
    return make_person("bo@example.com", role="bookkeeper", organization_id=stage.organization_id)


@pytest.fixture
def admin(stage: Any, make_person: Callable[..., Person]) -> Person:
    return make_person("ada@example.com", role="admin", organization_id=stage.organization_id)
