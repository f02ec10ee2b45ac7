"""Keys that others hold: of widgets and of programs. Each secret is shown once."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from qbo_connector.store import api_keys, sources, widget_keys
from qbo_connector.store.api_keys import ApiKey
from qbo_connector.store.states import WidgetKeyState
from qbo_connector.sync.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new key; the secret cannot be shown again."""

    id: str
    secret: str


class OriginRefused(ValueError):
    """An origin is a scheme, a host and perhaps a port: ``https://app.example.com``."""


def create_widget_key(
    services: Services, organization_id: int, source_account_id: int, *, name: str, origins: Sequence[str]
) -> Issued:
    """A key that signs widget tokens for one source account, and the pages that may embed it.

    Raises:
        OriginRefused: an origin has a path, no host, or is no web address.
        NotThere: the account is not the organization's.
    """
    clean = [checked_origin(one) for one in origins]
    with services.database.writing() as session:
        sources.load_in(session, organization_id, source_account_id)
        row = widget_keys.add(session, organization_id, source_account_id, name=name, origins=clean)
        return Issued(id=row.id, secret=row.secret)


def retire_widget_key(services: Services, organization_id: int, widget_key_id: str) -> None:
    """End a key; every widget opened with it ends with it.

    Raises:
        NotThere: the organization has none of this id.
    """
    with services.database.writing() as session:
        widget_keys.load_in(session, organization_id, widget_key_id).state = WidgetKeyState.RETIRED


def create_api_key(
    services: Services, organization_id: int, *, name: str, scopes: Sequence[str], created_by: int | None
) -> Issued:
    """A key for the JSON API."""
    with services.database.writing() as session:
        row, secret = api_keys.issue(session, organization_id, name=name, scopes=scopes, created_by=created_by)
        return Issued(id=str(row.id), secret=secret)


def use_api_key(services: Services, secret: str) -> ApiKey | None:
    """The living key of this secret, whose use is noted; None if there is none."""
    with services.database.reading() as session:
        key = api_keys.find(session, secret)
    if key is not None and not api_keys.is_noted(key):
        with services.database.writing() as session:
            api_keys.note_use(session, key.id)
    return key


def revoke_api_key(services: Services, organization_id: int, api_key_id: int) -> None:
    """End a key at once.

    Raises:
        NotThere: the organization has none of this id.
    """
    with services.database.writing() as session:
        api_keys.revoke(session, organization_id, api_key_id)


def checked_origin(text: str) -> str:
    """An origin as browsers send it.

    Raises:
        OriginRefused: it is none.
    """
    parts = urlsplit(text.strip().rstrip("/"))
    bare = (
        parts.scheme in {"http", "https"} and parts.hostname and not (parts.path or parts.query or parts.fragment)
    )
    if not bare or parts.username or "*" in parts.netloc:
        raise OriginRefused(f"“{text}” is not an origin such as https://app.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"
