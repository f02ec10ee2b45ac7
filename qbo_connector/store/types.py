"""Column types that behave alike on SQLite and PostgreSQL: instants, exact amounts, closed sets, secrets."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, DateTime, Dialect, Enum, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from qbo_connector.errors import ConfigurationError
from qbo_connector.store.vault import Vault

CLOSED_SET_LENGTH = 32

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware in UTC out. SQLite keeps no zone, so it is given UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; instants are stored in UTC")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An amount, kept digit for digit. SQLite has binary floats only, so it keeps the text.

    Order by ``cast(column, Numeric)``: as text, 9 would come after 10.
    """

    impl = Numeric
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ValueError(f"{value!r} is not a finite Decimal")
        plain = format(value, "f")
        return plain if dialect.name == "sqlite" else Decimal(plain)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def closed(members: type[StrEnum], name: str) -> Enum:
    """A text column that the database itself restricts to the values of an enum."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=CLOSED_SET_LENGTH,
        values_callable=lambda enum: [member.value for member in enum],
    )


# One vault for each engine, found by the engine's dialect: the only thing a column type is told.
_vaults: WeakKeyDictionary[Dialect, Vault] = WeakKeyDictionary()


def entrust(dialect: Dialect, vault: Vault) -> None:
    """Let the encrypted columns of this engine use the vault."""
    _vaults[dialect] = vault


class Encrypted(TypeDecorator[Any]):
    """Encrypted at rest; each subclass says what it holds. The database sees base64 text only."""

    impl = Text
    cache_ok = True

    def pack(self, value: Any) -> bytes:
        """The value as bytes."""
        raise NotImplementedError

    def unpack(self, data: bytes) -> Any:
        """The value out of its bytes."""
        raise NotImplementedError

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _vault_of(dialect).encrypt(self.pack(value))

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.unpack(_vault_of(dialect).decrypt(value))


class EncryptedText(Encrypted):
    """A secret or private text."""

    cache_ok = True

    @override
    def pack(self, value: str) -> bytes:
        return value.encode()

    @override
    def unpack(self, data: bytes) -> str:
        return data.decode()


class EncryptedBytes(Encrypted):
    """Bytes to be given back unchanged, such as the body of a request."""

    cache_ok = True

    @override
    def pack(self, value: bytes) -> bytes:
        return value

    @override
    def unpack(self, data: bytes) -> bytes:
        return data


class EncryptedJson(Encrypted):
    """A small JSON value, such as tokens or the settings of a source account; amounts stand in it as text."""

    cache_ok = True

    @override
    def pack(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    @override
    def unpack(self, data: bytes) -> Any:
        return json.loads(data)


def _vault_of(dialect: Dialect) -> Vault:
    try:
        return _vaults[dialect]
    except KeyError as err:
        raise ConfigurationError("This database was opened without a vault, so it cannot read secrets.") from err
