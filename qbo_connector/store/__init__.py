"""The database: tables and their queries, one module for each aggregate.

Nothing here commits but ``Database.writing()``. In names, ``find_`` may give None, ``load_`` raises NotThere, and
``list_`` gives a sequence.
"""

from qbo_connector.store.database import Database
from qbo_connector.store.failures import LeaseLost, NotThere, TransactionOpen
from qbo_connector.store.opening import open_database
from qbo_connector.store.tables import METADATA
from qbo_connector.store.vault import Vault

__all__ = ["METADATA", "Database", "LeaseLost", "NotThere", "TransactionOpen", "Vault", "open_database"]
