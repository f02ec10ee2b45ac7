"""A source account is one configured instance of a source for one organization."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.row import Row, reachable_within
from qbo_connector.store.states import SourceAccountState
from qbo_connector.store.types import EncryptedJson, closed

MOST_FORMER = 3
"""How many replaced hook secrets are kept, whoever renews them how often."""


class SourceAccount(Row):
    """Credentials and settings for one account at a source.

    ``label`` is the account's name as the source gave it back. ``cursor`` is where ``changed_since`` goes on.
    ``former_hook_secrets`` are the ones that were replaced lately, the newest first, each with the ISO text of the
    moment until which it is believed.
    """

    __tablename__ = "source_accounts"
    __table_args__ = (reachable_within(),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    source_key: Mapped[str]
    name: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default_factory=dict, insert_default=dict)
    settings_version: Mapped[str] = mapped_column(default="")
    state: Mapped[SourceAccountState] = mapped_column(
        closed(SourceAccountState, "state"), default=SourceAccountState.ACTIVE
    )
    paused_reason: Mapped[str] = mapped_column(default="")
    former_hook_secrets: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson, default=None)
    cursor: Mapped[str] = mapped_column(default="")
    polled_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)

    def believed_until(self, now: datetime) -> dict[str, datetime]:
        """The former hook secrets that still count, the newest first, with the end of each."""
        ends = {secret: datetime.fromisoformat(end) for secret, end in (self.former_hook_secrets or {}).items()}
        return {secret: end for secret, end in ends.items() if end > now}


def add(session: Session, account: SourceAccount) -> SourceAccount:
    """Store a new source account."""
    return save(session, account)


def load(session: Session, source_account_id: int) -> SourceAccount:
    """Raises NotThere if there is none."""
    return load_row(session, SourceAccount, source_account_id)


def load_in(session: Session, organization_id: int, source_account_id: int) -> SourceAccount:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, SourceAccount, organization_id, source_account_id)


def find(session: Session, source_account_id: int, *, source_key: str) -> SourceAccount | None:
    """The account that a hook's address names, unless it was removed."""
    query = select(SourceAccount).where(
        SourceAccount.id == source_account_id,
        SourceAccount.source_key == source_key,
        SourceAccount.state != SourceAccountState.UNINSTALLED,
    )
    return session.scalar(query)


def list_in(session: Session, organization_id: int) -> Sequence[SourceAccount]:
    """All accounts of an organization, by name."""
    query = select(SourceAccount).where(SourceAccount.organization_id == organization_id)
    return session.scalars(query.order_by(SourceAccount.name, SourceAccount.id)).all()


def list_active(session: Session) -> Sequence[SourceAccount]:
    """All that can be worked with, for the scheduler."""
    query = select(SourceAccount).where(SourceAccount.state == SourceAccountState.ACTIVE)
    return session.scalars(query.order_by(SourceAccount.id)).all()


def pause(session: Session, source_account_id: int, *, reason: str) -> bool:
    """Pause an active account; False if somebody did so before, so a finding is raised once."""
    account = _locked(session, source_account_id)
    if account.state != SourceAccountState.ACTIVE:
        return False
    account.state = SourceAccountState.PAUSED
    account.paused_reason = reason
    session.flush()
    return True


def resume(session: Session, source_account_id: int) -> bool:
    """Make a paused account active again; False if it was not paused."""
    account = _locked(session, source_account_id)
    if account.state != SourceAccountState.PAUSED:
        return False
    account.state = SourceAccountState.ACTIVE
    account.paused_reason = ""
    session.flush()
    return True


def move_cursor(session: Session, source_account_id: int, cursor: str) -> None:
    """Remember how far the account's changes were read."""
    account = _locked(session, source_account_id)
    account.cursor = cursor
    account.polled_at = utc_now()
    session.flush()


def renew_hook_secret(
    session: Session, source_account_id: int, setting: str, secret: str, *, now: datetime, until: datetime
) -> bool:
    """Put a new hook secret into its setting; the one before is believed until then. False if it is the same."""
    account = _locked(session, source_account_id)
    replaced = str(account.settings.get(setting, ""))
    if replaced == secret:
        return False
    former = ({replaced: until} if replaced else {}) | account.believed_until(now)
    kept = [one for one in former if one != secret][:MOST_FORMER]
    account.settings = {**account.settings, setting: secret}
    account.former_hook_secrets = {one: former[one].isoformat() for one in kept} or None
    session.flush()
    return True


def list_with_former_hook_secrets(session: Session) -> Sequence[SourceAccount]:
    """Accounts whose hook secret was replaced, until what was replaced is forgotten."""
    query = select(SourceAccount).where(SourceAccount.former_hook_secrets.is_not(None))
    return session.scalars(query.order_by(SourceAccount.id)).all()


def forget_former_hook_secrets(session: Session, source_account_id: int, now: datetime) -> None:
    """Drop those that are not believed any more."""
    account = _locked(session, source_account_id)
    believed = account.believed_until(now)
    account.former_hook_secrets = {one: end.isoformat() for one, end in believed.items()} or None
    session.flush()


def _locked(session: Session, source_account_id: int) -> SourceAccount:
    query = select(SourceAccount).where(SourceAccount.id == source_account_id).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()
