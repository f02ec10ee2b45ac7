"""Intuit's faults: their codes, their sentences, the way they look (reference §7)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultError:
    """One entry of a Fault. `element` None leaves the key out."""

    code: str
    message: str
    detail: str
    element: str | None = None

    def on_wire(self) -> dict[str, Any]:
        """As it stands in the answer."""
        out = {"Message": self.message, "Detail": self.detail, "code": self.code}
        return out if self.element is None else {**out, "element": self.element}


class IntuitFault(Exception):
    """A refusal as QuickBooks words it.

    Attributes:
        errors: what was wrong, in order; usually one.
        kind: the Fault's `type`.
        status: the HTTP status it is sent with, which may be 200.
        timed: whether the envelope carries a `time` (fault 2030 does not).
    """

    def __init__(
        self, *errors: FaultError, kind: str = "ValidationFault", status: int = 400, timed: bool = True
    ) -> None:
        super().__init__(errors[0].detail)
        self.errors = errors
        self.kind = kind
        self.status = status
        self.timed = timed

    @property
    def code(self) -> str:
        """The first error's code."""
        return self.errors[0].code

    def on_wire(self) -> dict[str, Any]:
        """The value of the `Fault` key."""
        return {"Error": [error.on_wire() for error in self.errors], "type": self.kind}


_INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


def fault(code: str, message: str, detail: str, element: str | None = None, *, status: int = 400) -> IntuitFault:
    """Any validation fault."""
    return IntuitFault(FaultError(code=code, message=message, detail=detail, element=element), status=status)


def business(detail: str, element: str | None = "") -> IntuitFault:
    """6000: the catch-all; only its Detail says what is wrong."""
    return fault(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {detail}",
        element,
    )


def not_found() -> IntuitFault:
    """610: no such record, or an inactive one; QuickBooks words both alike."""
    return fault("610", "Object Not Found", f"Object Not Found : {_INACTIVE}", "")


def deleted_by_another() -> IntuitFault:
    """610 as it reads when a transaction is updated after someone deleted it."""
    return fault("610", "Object Not Found", "Object Not Found : Another user has deleted this transaction.", "")


def invalid_reference(list_name: str, identifier: str, element: str | None = None) -> IntuitFault:
    """2500: a reference to nothing."""
    return fault(
        "2500",
        "Invalid Reference Id",
        f"Invalid Reference Id : {list_name} element id {identifier} not found",
        element,
    )


def required(element: str) -> IntuitFault:
    """2020: a field that must be there."""
    return fault(
        "2020",
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {element} is missing in the request",
        element,
    )


def customer_required() -> IntuitFault:
    """6560: sales forms say it in their own way."""
    return fault("6560", "CustomerRef is required", "CustomerRef is missing in the request", "CustomerRef")


def stale(user: str) -> IntuitFault:
    """5010: the SyncToken is not the current one."""
    return fault(
        "5010",
        "Stale Object Error",
        f"Stale Object Error : You and {user} were working on this at the same time. "
        f"{user} finished before you did, so your work was not saved.",
        "",
    )


def length(element: str, *, maximum: int, supplied: int, minimum: int = 0) -> IntuitFault:
    """2050: a text too long."""
    return fault(
        "2050",
        "String length is either shorter or longer than supported by specification",
        "String length specified does not match the supported length. "
        f"Min:{minimum:,} Max:{maximum:,} supported. Supplied length:{supplied:,}",
        element,
    )


def duplicate_number(*, number: str, txn_type: str, txn_id: str) -> IntuitFault:
    """6140, naming the document that has the number."""
    return fault(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has already been "
        f"used. DocNumber={number} is assigned to TxnType={txn_type} with TxnId={txn_id}",
        "",
    )


def duplicate_name(tail: str) -> IntuitFault:
    """6240, for names and lists."""
    return fault("6240", "Duplicate Name Exists Error", f"The name supplied already exists. : {tail}")


def amount_mismatch(supplied: str) -> IntuitFault:
    """6070: Amount is not Qty times UnitPrice."""
    return fault(
        "6070",
        "Amount calculation incorrect in the request",
        f"Amount is not equal to UnitPrice * Qty. Supplied value:{supplied}",
        "Line",
    )


def invalid_enumeration(value: str, element: str) -> IntuitFault:
    """2170: a word the field does not know."""
    return fault("2170", "Invalid Enumeration", f"Invalid Enumeration : {value}", element)


def unsupported(operation: str) -> IntuitFault:
    """500: an operation this entity has not got."""
    return fault("500", "Unsupported Operation", f"Operation {operation} is not supported.", "Operation")


def cannot_link(reason: str = _INACTIVE) -> IntuitFault:
    """620: a payment's line points at something it cannot settle."""
    return fault(
        "620",
        "TxnID Cannot Be Linked",
        f"TxnID Cannot Be Linked : Cannot validate linked transactions: {reason}",
    )


def deposited() -> IntuitFault:
    """6540: the payment lies in a deposit."""
    return fault(
        "6540",
        "Deposited Transaction cannot be changed",
        "This transaction has been deposited. If you want to change or delete it, you must first edit the "
        "deposit it appears on and remove it.",
    )


def no_resource(path: str, *, host: str = "") -> IntuitFault:
    """500: a path that leads nowhere."""
    full = f"http://{host}{path}" if host else path
    detail = f"Operation Could not find resource for relative : {path} of full path: {full} is not supported."
    return fault("500", "Unsupported Operation", detail)


def subscription_ended() -> IntuitFault:
    """6190: a company that no longer pays."""
    return fault(
        "6190",
        "Invalid Company Status",
        "Subscription period has ended or canceled or there was a billing problem : You can't add data to "
        "QuickBooks Online Plus because your trial or subscription period ended or there was a problem with "
        "billing.",
    )


def books_closed(code: str) -> IntuitFault:
    """6200, or 6210 where a password guards the closing date; the doubled word is Intuit's."""
    return fault(
        code,
        "Account Period Closed, Cannot Update Through Services API",
        "The account period has closed and the account books cannot be updated through through the QBO "
        "Services API. Please use the QBO website to make these changes.",
        "",
    )


def transient() -> IntuitFault:
    """6000 in the one wording that goes away by itself."""
    return business(
        "An unexpected error occurred while accessing or saving your data. Please wait a few minutes and try "
        "again. If the problem persists, contact customer support."
    )


def system_failure(detail: str, *, status: int = 500) -> IntuitFault:
    """10000: QuickBooks itself failed."""
    error = FaultError(
        code="10000",
        message="An application error has occurred while processing your request",
        detail=f"System Failure Error: {detail}",
    )
    return IntuitFault(error, kind="SystemFault", status=status)


def throttled() -> IntuitFault:
    """3001, with Intuit's two spaces."""
    error = FaultError(
        code="3001",
        message="message=ThrottleExceeded; errorCode=003001; statusCode=429",
        detail="The request limit was reached.  Try again later",
    )
    return IntuitFault(error, kind="SERVICE", status=429)
