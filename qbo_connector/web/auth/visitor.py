"""The signed-in person as the session cookie remembers them."""

import hashlib
from typing import Self

from flask_login import UserMixin

from qbo_connector.store.users import User

DIGEST_LENGTH = 16


class Visitor(UserMixin):  # type: ignore[misc]  # flask_login has no types
    """A person who signed in.

    The cookie also holds a digest of the password's hash, so that a changed password ends every session that was
    opened with the old one.
    """

    def __init__(self, *, user_id: int, name: str, email: str, is_operator: bool, stamp: str) -> None:
        self.user_id = user_id
        self.name = name
        self.email = email
        self.is_operator = is_operator
        self.stamp = stamp

    @classmethod
    def of(cls, user: User) -> Self:
        """The visitor that this user is."""
        stamp = hashlib.sha256(user.password_hash.encode()).hexdigest()[:DIGEST_LENGTH]
        return cls(user_id=user.id, name=user.name, email=user.email, is_operator=user.is_operator, stamp=stamp)

    def get_id(self) -> str:
        """What the session keeps."""
        return f"{self.user_id}.{self.stamp}"


def user_id_of(session_id: str) -> int | None:
    """The user that a session's text names, if it can be read."""
    number = session_id.partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() else None
