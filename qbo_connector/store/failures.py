"""What the store raises beyond the database's own errors."""

from qbo_connector.errors import ConnectorError


class NotThere(LookupError):
    """A row that must exist does not, or belongs to another organization."""


class LeaseLost(ConnectorError):
    """The operation is no longer ours: its lease ran out or somebody else holds it now.

    Whoever meets it writes nothing more about the operation and drops it; the new holder goes on.
    """


class TransactionOpen(AssertionError):
    """A programming error: a transaction was begun, or HTTP was spoken, while one of this thread was open."""
