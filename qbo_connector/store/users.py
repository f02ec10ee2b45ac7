"""A user is a person who signs in; what they may do where is said by their memberships."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import save
from qbo_connector.store.passwords import hash_password, is_outdated, is_right
from qbo_connector.store.row import Row


class User(Row):
    """A person. ``is_operator``: runs the installation, above organizations."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(default="")
    is_operator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(default=None)


def add(session: Session, *, email: str, password_hash: str, name: str = "", is_operator: bool = False) -> User:
    """A new person; the e-mail address is compared without regard to case.

    Hash the password before the transaction: that is slow on purpose, and writers would wait for it.
    """
    return save(session, User(email=_key(email), name=name, password_hash=password_hash, is_operator=is_operator))


def load(session: Session, user_id: int) -> User:
    """Raises NotThere if there is none."""
    return load_row(session, User, user_id)


def find(session: Session, user_id: int) -> User | None:
    """The user with this id, for the sign-in session."""
    return session.get(User, user_id)


def find_by_email(session: Session, email: str) -> User | None:
    """The user with this address, in whatever case."""
    return session.scalar(select(User).where(User.email == _key(email)))


def set_password(session: Session, user_id: int, password_hash: str) -> None:
    """Replace the password."""
    load(session, user_id).password_hash = password_hash


def authenticate(session: Session, *, email: str, password: str) -> User | None:
    """The user if the password is right; the sign-in is noted, an outdated hash is renewed.

    An unknown address takes as long as a wrong password, so that the time tells nobody who has an account.
    """
    user = find_by_email(session, email)
    if user is None:
        hash_password(password)
        return None
    if not is_right(user.password_hash, password):
        return None
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    user.last_signed_in_at = utc_now()
    return user


def _key(email: str) -> str:
    return email.strip().casefold()
