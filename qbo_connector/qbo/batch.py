"""Up to thirty independent operations in one request, journalled item by item.

The library's batch sends neither a requestid nor ids short enough to go with one, knows three operations,
drops equal items and loses everything when one chunk fails. A batch is composed here once, stored, and sent
byte for byte like any other write.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from qbo_connector.errors import OutcomeUnknown
from qbo_connector.qbo.answers import Answer, BatchAnswer, ItemAnswer
from qbo_connector.qbo.entities import operation_params, spelled
from qbo_connector.qbo.expectation import proof_in
from qbo_connector.qbo.faults import Context, Trace, faults_in, to_error

MOST_ITEMS = 30
LONGEST_REQUESTID = 36
LONGEST_BID = 10
_BID = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_BID}}}")
_GOOD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was known of a document when its item was written; see :class:`~qbo_connector.qbo.faults.Context`."""

    linked_payments: bool | None = None
    references_good: bool = False


_NOTHING_KNOWN = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One operation of a batch.

    Args:
        bid: up to 10 letters and digits, unique in the batch.
        entity: any case: ``invoice``; empty for a query.
        operation: create, update, delete, void or query.
        body: the entity's exact JSON.
        query: the statement, for a query.
        options: ``optionsData``, for instance ``include=allowduplicatedocnum``.
        facts: for judging a fault of the item; they do not travel.
    """

    bid: str
    entity: str = ""
    operation: str = "create"
    body: bytes = field(default=b"", repr=False)
    query: str = field(default="", repr=False)
    options: str = ""
    facts: Facts = _NOTHING_KNOWN

    def written(self) -> bytes:
        """The item as it stands in the body: the entity's bytes are not touched."""
        if self.operation == "query":
            return _json({"bId": self.bid, "Query": self.query})
        asked = {"operation": self.operation, **operation_params(self.entity, self.operation)}
        options = "&".join(
            filter(None, (f"include={asked['include']}" if "include" in asked else "", self.options))
        )
        head = {"bId": self.bid, "operation": asked["operation"]} | ({"optionsData": options} if options else {})
        return _json(head)[:-1] + b"," + _json(spelled(self.entity)) + b":" + self.body + b"}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """A batch as it is stored: its id, its bytes and the order of its items.

    ``facts`` by bId are not in the bytes: where they are not at hand any more, a fault is judged without them.
    """

    requestid: str
    body: bytes = field(repr=False)
    bids: tuple[str, ...]
    facts: Mapping[str, Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < len(self.requestid) <= LONGEST_REQUESTID:
            raise ValueError(f"the requestid of a batch has 1 to {LONGEST_REQUESTID} characters")
        if not 0 < len(self.bids) <= MOST_ITEMS or len(set(self.bids)) != len(self.bids):
            raise ValueError(f"a batch has 1 to {MOST_ITEMS} items with ids of their own")
        if not all(_BID.fullmatch(bid) for bid in self.bids):
            raise ValueError(f"the id of an item has 1 to {LONGEST_BID} letters and digits")

    @classmethod
    def of(cls, requestid: str, items: Sequence[BatchItem]) -> Self:
        """Compose the bytes once, before they are stored.

        Raises:
            ValueError: for too many items, or ids that are too long or not unique.
        """
        body = b'{"BatchItemRequest":[' + b",".join(item.written() for item in items) + b"]}"
        facts = {item.bid: item.facts for item in items if item.facts != _NOTHING_KNOWN}
        return cls(requestid=requestid, body=body, bids=tuple(item.bid for item in items), facts=facts)

    def contexts(self) -> Mapping[str, Context]:
        """What each item asks for, read from the stored bytes, with what is known about it."""
        items = json.loads(self.body)["BatchItemRequest"]
        return {str(item["bId"]): self._context(item) for item in items}

    def _context(self, item: dict[str, Any]) -> Context:
        facts = self.facts.get(str(item["bId"]), _NOTHING_KNOWN)
        return replace(
            _context(item), linked_payments=facts.linked_payments, references_good=facts.references_good
        )


def item_answers(request: BatchRequest, answer: Answer) -> BatchAnswer:
    """Every item that was sent with its own outcome; one that is missing from the answer is unknown."""
    given = answer.body.get("BatchItemResponse")
    found = (
        {str(item.get("bId")): item for item in given if isinstance(item, dict)} if isinstance(given, list) else {}
    )
    contexts = request.contexts()
    judged = {bid: _judged(bid, found.get(bid), contexts[bid], request, answer) for bid in request.bids}
    return BatchAnswer(answer=answer, items=judged)


def _judged(
    bid: str, item: dict[str, Any] | None, context: Context, request: BatchRequest, answer: Answer
) -> ItemAnswer:
    if item is None:
        return ItemAnswer(bid=bid, error=_unknown("an item is missing from the answer", request, answer))
    faults = faults_in(item)
    trace = Trace(intuit_tid=answer.intuit_tid, requestid=request.requestid)
    error = to_error(faults, status=_GOOD, context=context, trace=trace)
    if error:
        return ItemAnswer(bid=bid, faults=faults, error=error)
    entity = proof_in(item, "QueryResponse" if context.operation == "query" else spelled(context.entity))
    if entity is None:
        return ItemAnswer(bid=bid, error=_unknown("an item was answered without its entity", request, answer))
    return ItemAnswer(bid=bid, entity=entity)


def _unknown(message: str, request: BatchRequest, answer: Answer) -> OutcomeUnknown:
    details = {"intuit_tid": answer.intuit_tid, "requestid": request.requestid}
    return OutcomeUnknown(message, details={name: value for name, value in details.items() if value})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _context(item: dict[str, Any]) -> Context:
    if "Query" in item:
        return Context(operation="query")
    entity = next((name for name, value in item.items() if isinstance(value, dict)), "")
    voids = "include=void" in str(item.get("optionsData", ""))
    return Context(operation="void" if voids else str(item.get("operation", "")), entity=entity.lower())
