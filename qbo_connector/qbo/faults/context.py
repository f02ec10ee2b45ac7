"""What was asked when QuickBooks refused: the same code means different things for a read and for a void."""

from dataclasses import dataclass

from qbo_connector.qbo.entities import TRANSACTIONS

READS = frozenset({"read", "query", "changes", "pdf"})
_ONLY_ITSELF = frozenset({"read", "delete", "void", "send", "pdf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The request behind an answer.

    Args:
        operation: create, update, delete, void, send, batch, upload; or one of the reads.
        entity: lower case, as in the path; empty for a whole batch or query.
        linked_payments: whether the document is known to have payments; None where nobody looked.
        references_good: everything the body refers to was just seen alive, so that "not found" can only mean
            the document itself.
    """

    operation: str = ""
    entity: str = ""
    linked_payments: bool | None = None
    references_good: bool = False

    @property
    def mutates(self) -> bool:
        """Whether a lost answer leaves the outcome unknown."""
        return self.operation not in READS

    @property
    def only_itself(self) -> bool:
        """Whether the request names nothing but a document of its own, so that "not found" is about that."""
        if self.entity not in TRANSACTIONS:
            return False
        return self.operation in _ONLY_ITSELF or self.references_good
