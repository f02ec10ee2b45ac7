"""The index of QuickBooks faults as data: every code has exactly one home, the first rule that fits.

Codes and wording: Intuit's list of error codes, and bodies recorded from QuickBooks. A rule with words before
a rule without, the narrow before the wide; what no rule takes is ``qbo.refused``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from qbo_connector.qbo.faults.context import Context
from qbo_connector.qbo.faults.fields import word_for
from qbo_connector.qbo.faults.pieces import Subject, parameter, pointed_at
from qbo_connector.qbo.faults.value import Fault


class Recovery(StrEnum):
    """What mends it; each becomes one class of error."""

    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"  # certainly not done
    UNCLEAR = "unclear"  # a write may have been done
    STALE = "stale"
    SIGN_IN = "sign in"
    ACCESS = "access"
    COMPANY = "company"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row. An empty condition holds always.

    ``said`` is searched in message and detail, ``asked`` in the missing parameter of a 2020; ``about`` is what
    a reference fault points to; ``typed`` is whether the field is one that a person fills in.
    """

    codes: frozenset[str]
    reason: str
    recovery: Recovery = Recovery.PERSON
    said: re.Pattern[str] | None = None
    asked: re.Pattern[str] | None = None
    about: frozenset[Subject] = frozenset()
    operations: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    typed: bool | None = None
    unless_unpaid: bool = False

    def fits(self, fault: Fault, context: Context) -> bool:
        """Whether this row is the home of the fault, given that no row before it was."""
        return (
            fault.code in self.codes
            and (not self.operations or context.operation in self.operations)
            and (not self.entities or context.entity in self.entities)
            and (self.said is None or bool(self.said.search(f"{fault.message}\n{fault.detail}")))
            and (self.asked is None or bool(self.asked.search(parameter(fault))))
            and (not self.about or pointed_at(fault, context) in self.about)
            and (self.typed is None or self.typed == bool(word_for(parameter(fault))))
            and not (self.unless_unpaid and context.linked_payments is False)
        )


def _codes(*spans: str) -> frozenset[str]:
    """``"2060-2110"`` → every code of the span."""
    numbers: set[str] = set()
    for span in spans:
        first, _, last = span.partition("-")
        numbers.update(str(number) for number in range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_DOCUMENT_NUMBER = _words(r"document number")
_INACTIVE = _words(r"made inactive|is inactive")
_GONE = _words(r"not found|deleted|no longer exists|does not exist")
_REFERENCE = _codes("610", "2500")
_PARTY = frozenset({"customer", "vendor", "employee"})
_NAME_FAULT = _codes("6240")
_BUSINESS = _codes("6000")

_CONNECTION = (
    Rule(codes=_codes("3001"), reason="limit.throttled", recovery=Recovery.THROTTLED),
    Rule(codes=_codes("3200"), reason="connection.expired", recovery=Recovery.SIGN_IN),
    Rule(codes=_codes("3202"), reason="internal.bad_request"),
    Rule(codes=_codes("3100", "120"), reason="connection.access_lost", recovery=Recovery.ACCESS),
    Rule(codes=_codes("5020"), reason="connection.permission_denied"),
    Rule(codes=_codes("6190"), reason="connection.subscription_ended", recovery=Recovery.COMPANY),
    Rule(codes=_codes("10200"), reason="connection.company_reset", recovery=Recovery.COMPANY),
)

_DELIVERY = (
    Rule(
        codes=_codes("10000"),
        reason="bill.cannot_void",
        operations=frozenset({"void"}),
        entities=frozenset({"bill"}),
        said=_words(r"UnsupportedOperationException"),
    ),
    Rule(codes=_codes("4", "130", "140", "150"), reason="qbo.unavailable", recovery=Recovery.UNAVAILABLE),
    Rule(codes=_codes("10000"), reason="qbo.unavailable", recovery=Recovery.UNCLEAR),
    Rule(
        codes=_BUSINESS,
        reason="qbo.unavailable",
        recovery=Recovery.UNCLEAR,
        said=_words(r"unexpected error occurred while accessing or saving"),
    ),
    Rule(codes=_codes("600"), reason="outcome.unknown", recovery=Recovery.UNCLEAR),
    Rule(codes=_codes("5010"), reason="qbo.stale", recovery=Recovery.STALE),
)

_OUR_MISTAKES = (
    Rule(
        codes=_codes(
            "500", "1040", "2000", "2010", "2030", "2130", "2250", "2260", "2300", "2600", "4000-4002",
            "6070", "6090", "6130", "6150", "6180", "6530", "10100",
        ),
        reason="internal.bad_request",
    ),
    Rule(codes=_codes("2170"), reason="internal.bad_request", typed=False),
    Rule(
        codes=_BUSINESS,
        reason="internal.bad_request",
        said=_words(r"at least two detail lines|choose a customer in the Name field"),
    ),
)  # fmt: skip

_REFERENCES = (
    Rule(codes=_REFERENCE, reason="qbo.document_deleted", about=frozenset({Subject.DOCUMENT})),
    Rule(codes=_REFERENCE, reason="tax.code_invalid", about=frozenset({Subject.TAX_CODE})),
    Rule(codes=_REFERENCE, reason="customer.inactive", about=frozenset({Subject.CUSTOMER})),
    Rule(codes=_REFERENCE, reason="item.inactive", about=frozenset({Subject.ITEM})),
    Rule(codes=_REFERENCE, reason="reference.inactive", said=_INACTIVE),
    Rule(codes=_REFERENCE, reason="reference.missing"),
    Rule(codes=_codes("6250"), reason="customer.inactive"),
    Rule(codes=_codes("6270", "6520"), reason="item.unusable"),
    Rule(codes=_codes("6430"), reason="reference.missing", said=_GONE),
    Rule(codes=_codes("6430", "6440"), reason="account.unset"),
    Rule(codes=_codes("6560"), reason="customer.missing"),
    Rule(codes=_codes("2020"), reason="customer.missing", asked=_words(r"CustomerRef$")),
    Rule(codes=_codes("2020"), reason="vendor.missing", asked=_words(r"VendorRef$")),
    Rule(codes=_codes("2020"), reason="account.unset", asked=_words(r"AccountRef$")),
)

_FIELDS = (
    Rule(codes=_codes("2020"), reason="field.missing", typed=True),
    Rule(codes=_codes("2020"), reason="internal.bad_request"),
    Rule(codes=_codes("2050"), reason="field.too_long", said=_words(r"Max:.*Supplied length:")),
    Rule(codes=_codes("2050"), reason="field.invalid"),
    Rule(codes=_codes("2290"), reason="total.negative"),
    Rule(
        codes=_codes("2040", "2060-2110", "2140-2200", "2210", "2220-2240", "2270", "2280"), reason="field.invalid"
    ),
    Rule(codes=_codes("3000"), reason="field.mapping_gone"),
    Rule(codes=_codes("6080", "6420"), reason="field.missing"),
    Rule(codes=_codes("5030"), reason="qbo.feature_off"),
)

_BUSINESS_RULES = (
    Rule(codes=_BUSINESS, reason="qbo.revrec_service_date", said=_words(r"service date")),
    Rule(
        codes=_BUSINESS,
        reason="tax.code_missing",
        said=_words(r"GST/HST rate|VAT rate|sales tax code for each line"),
    ),
    Rule(codes=_BUSINESS, reason="total.negative", said=_words(r"discount amount can.t be greater")),
    Rule(codes=_BUSINESS, reason="field.missing", said=_words(r"set a transaction amount")),
    Rule(codes=_BUSINESS, reason="field.invalid", said=_words(r"INVALID_HOME_ADDRESS")),
    Rule(
        codes=_BUSINESS,
        reason="payment.void_blocked",
        operations=frozenset({"void", "delete"}),
        unless_unpaid=True,
    ),
    Rule(codes=_codes("6100", "6160", "6170", "6230"), reason="tax.code_invalid"),
    Rule(codes=_codes("620"), reason="payment.cannot_link"),
    Rule(codes=_codes("6450", "6460", "6480", "6540"), reason="payment.deposited"),
)

_NUMBERS_AND_NAMES = (
    Rule(codes=_codes("6140"), reason="number.duplicate"),
    Rule(codes=_codes("6210", "6240"), reason="number.duplicate", said=_DOCUMENT_NUMBER),
    Rule(codes=_codes("6200", "6210"), reason="date.closed_period"),
    Rule(
        codes=_NAME_FAULT,
        reason="customer.display_name_duplicate",
        said=_words(r"another (?:customer|vendor|employee|\$\$(?:customer|vendor|employee)\$\$)"),
    ),
    Rule(codes=_NAME_FAULT, reason="item.name_duplicate", said=_words(r"another (?:\$\$)?(?:item|product)")),
    Rule(
        codes=_NAME_FAULT,
        reason="qbo.refused",
        said=_words(r"another (?:\$\$)?(?:tax|account|class|department|location|term|payment)"),
    ),
    Rule(codes=_NAME_FAULT, reason="customer.display_name_duplicate", entities=_PARTY),
    Rule(codes=_NAME_FAULT, reason="item.name_duplicate", entities=frozenset({"item"})),
)

RULES: tuple[Rule, ...] = (
    *_CONNECTION,
    *_DELIVERY,
    *_OUR_MISTAKES,
    *_REFERENCES,
    *_FIELDS,
    *_BUSINESS_RULES,
    *_NUMBERS_AND_NAMES,
)

UNKNOWN = Rule(codes=frozenset(), reason="qbo.refused")


def home_of(fault: Fault, context: Context) -> Rule:
    """The first rule that fits, else the one for faults nobody has seen yet."""
    return next((rule for rule in RULES if rule.fits(fault, context)), UNKNOWN)
