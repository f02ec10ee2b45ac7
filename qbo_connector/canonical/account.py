"""Accounts of the books that a document names: where money lies, or what a cost is."""

from pydantic import Field

from qbo_connector.canonical.value import Value


class Account(Value):
    """An account by its id, its name, or both."""

    external_id: str = Field(default="", title="account id")
    name: str = Field(default="", title="account")

    def __str__(self) -> str:
        """The name, or what stands in for it."""
        return self.name or self.external_id
