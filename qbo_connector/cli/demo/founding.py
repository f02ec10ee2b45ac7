"""What stands in the demo before anybody signs in, made through the use cases that people's clicks go through.

Two acts, because a sandbox wants to know its source account, and a source account its sandbox: first the
organization with empty accounts and their widget keys; then, once everything answers, what joins them.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import requests

from qbo_connector.cli.demo.sandbox import RunningSandbox
from qbo_connector.cli.demo.stage import Stage
from qbo_connector.sources.registry import PluginEntry
from qbo_connector.sources.sandbox import SandboxOptions
from qbo_connector.store import sources
from qbo_connector.store.sources import SourceAccount
from qbo_connector.sync import accounts, connect, keys, members, pairings
from qbo_connector.sync.services import Services

ORGANIZATION = "Demo Company"
EMAIL = "demo@example.com"
SCOPES = ("read", "sync")
ENTITLEMENTS = ("beta", "plan")
ANSWER_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundedSource:
    """A source account that waits for its sandbox."""

    account_id: int
    name: str
    sandbox: SandboxOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What was made, with the secrets that cannot be read again."""

    organization_id: int
    user_id: int
    email: str
    password: str
    api_key: str
    sources: Mapping[str, FoundedSource]
    """By plugin key."""


def found(services: Services, stage: Stage, entries: Sequence[PluginEntry]) -> Founded:
    """The first act, on an empty database."""
    password = secrets.token_urlsafe(9)
    user_id = members.create_user(services, email=EMAIL, password=password, name="Demo", is_operator=True)
    organization_id = members.create_organization(services, name=ORGANIZATION, owner_id=user_id)
    api_key = keys.create_api_key(services, organization_id, name="Demo", scopes=SCOPES, created_by=user_id)
    return Founded(
        organization_id=organization_id,
        user_id=user_id,
        email=EMAIL,
        password=password,
        api_key=api_key.secret,
        sources={entry.key: _found_source(services, stage, organization_id, entry) for entry in entries},
    )


def join(services: Services, founded: Founded, sandboxes: Mapping[str, RunningSandbox]) -> None:
    """The second act: credentials into the accounts, consent at the practice company, a sync for each source."""
    connection_id = _connect_company(services, founded)
    for key, source in founded.sources.items():
        accounts.save_account(
            services,
            founded.organization_id,
            key,
            source.name,
            sandboxes[key].settings,
            account_id=source.account_id,
        )
        pairing_id = pairings.create(
            services, founded.organization_id, source.account_id, connection_id, name=source.name
        )
        pairings.turn_on(services, pairing_id)


def _found_source(services: Services, stage: Stage, organization_id: int, entry: PluginEntry) -> FoundedSource:
    accounts.install(services, organization_id, entry.key)
    for entitlement in ENTITLEMENTS:
        members.grant(services, organization_id, entry.key, entitlement, granted_by=EMAIL)
    name = entry.manifest.name
    with services.database.writing() as session:
        account = SourceAccount(organization_id=organization_id, source_key=entry.key, name=name)
        account_id = sources.add(session, account).id
    key = keys.create_widget_key(
        services, organization_id, account_id, name=f"{name} (demo)", origins=[stage.sandbox_origin(entry.key)]
    )
    options = SandboxOptions(
        port=stage.sandbox_ports[entry.key],
        web_base_url=stage.web_url,
        widget_key_id=key.id,
        widget_secret=key.secret,
        hook_url=f"{stage.web_url}/hooks/{entry.key}/{account_id}",
    )
    return FoundedSource(account_id=account_id, name=name, sandbox=options)


def _connect_company(services: Services, founded: Founded) -> int:
    """Go to the sign-in, say yes to the first company, and come back, as a person's browser would."""
    address = connect.begin(
        services, organization_id=founded.organization_id, user_id=founded.user_id, return_to="/"
    )
    base_url = services.settings.environment
    realm_id = requests.get(f"{base_url}/_simulator/credentials", timeout=ANSWER_S).json()["realm_id"]
    consent = {"decision": "approve", "realm_id": realm_id}
    answer = requests.post(address, data=consent, allow_redirects=False, timeout=ANSWER_S)
    query = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    return connect.finish(services, query=query, session_user_id=founded.user_id).connection_id
