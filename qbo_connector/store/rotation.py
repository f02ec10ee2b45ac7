"""Key rotation: every stored secret is encrypted anew under the newest key, a few rows at a time."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Text, and_, literal, select, type_coerce, update
from sqlalchemy.orm import Session

from qbo_connector.store import tables
from qbo_connector.store.database import Database
from qbo_connector.store.types import Encrypted
from qbo_connector.store.vault import Vault

ROWS_AT_ONCE = 100


def rotate_all(database: Database, vault: Vault) -> int:
    """Encrypt anew what the vault's newest key did not encrypt; returns how many secrets.

    Work may go on meanwhile: each few rows are a transaction of their own, and a secret that changes just then
    is left as it is, under the newest key already.

    Raises:
        ConfigurationError: if a secret fits none of the vault's keys; what was rotated until then stays so.
    """
    return sum(_rotate_column(database, vault, column) for column in encrypted_columns())


def encrypted_columns() -> Iterator[Column[object]]:
    """Every column whose content is encrypted."""
    for table in tables.METADATA.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, Encrypted))


def _rotate_column(database: Database, vault: Vault, column: Column[object]) -> int:
    done, last = 0, None
    while True:
        with database.writing() as session:
            rows = _rows_after(session, column, last)
            done += sum(_rotate_row(session, vault, column, row) for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return done
        last = rows[-1][0]


def _rows_after(session: Session, column: Column[object], last: object) -> Sequence[tuple[object, str]]:
    key = _key(column)
    query = select(key, type_coerce(column, Text())).where(column.is_not(None)).order_by(key).limit(ROWS_AT_ONCE)
    if last is not None:
        query = query.where(key > last)
    return session.execute(query).all()


def _rotate_row(session: Session, vault: Vault, column: Column[object], row: tuple[object, str]) -> bool:
    row_key, ciphertext = row
    if vault.is_current(ciphertext):
        return False
    unchanged = and_(_key(column) == row_key, type_coerce(column, Text()) == ciphertext)
    fresh = literal(vault.rotate(ciphertext), Text())
    session.execute(update(column.table).where(unchanged).values({column: type_coerce(fresh, Text())}))
    return True


def _key(column: Column[object]) -> Column[object]:
    """Tables with secrets have a key of one column."""
    (key,) = column.table.primary_key.columns
    return key
