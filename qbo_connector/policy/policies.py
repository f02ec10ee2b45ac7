"""What a source declares about how it syncs: one value for each question on which source systems disagree.

`requirements.md`, part 2, is the table. The core asks these values and never the name of a plugin.
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qbo_connector.canonical.parts import Status
from qbo_connector.policy import policy_choices, policy_manifest
from qbo_connector.policy.catalogue.kinds import Role
from qbo_connector.policy.policy_choices import PolicyChoice
from qbo_connector.policy.policy_contradictions import refuse_contradictions
from qbo_connector.policy.policy_parts import EligibleStatus, Entitlement, ExtraFilter, Latitude
from qbo_connector.policy.policy_refusal import PolicyRefused
from qbo_connector.policy.policy_values import (
    Attachments,
    Automation,
    Conflict,
    ConnectionScope,
    CustomerExisting,
    CustomerMatch,
    CustomerMissing,
    CustomMappings,
    CustomNumbers,
    Cutoff,
    Direction,
    DisplayNameDuplicate,
    Fees,
    FilterKind,
    Finalization,
    HistoryImport,
    InvoiceDiscount,
    ItemInactive,
    ItemMatch,
    ItemMissing,
    LineDiscount,
    LinkKey,
    LocationMissing,
    LocationTracking,
    MemoSource,
    MemoTarget,
    NumberClash,
    NumberPolicy,
    PaymentsIn,
    PaymentsOut,
    PreflightCheck,
    QboEditOfSourceDoc,
    Resync,
    Schedule,
    ServiceDate,
    Switch,
    Tax,
    Trigger,
)

US = "US"
SENT_STATUSES = (Status.OPEN, Status.PARTIALLY_PAID, Status.PAID)


class Policies(BaseModel):
    """The policies in force. Absent keys take the careful value: nothing by itself, nothing overwritten.

    `latitude` says which keys may be changed, by whom and to what; it is read from the manifest.

    Raises:
        PolicyRefused: two values contradict each other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trigger: Trigger = Trigger.MANUAL_SINGLE
    schedule: Schedule = Schedule.NONE
    direction: Direction = Direction.OUT
    connection_scope: ConnectionScope = ConnectionScope.SOURCE_ACCOUNT
    eligible_statuses: tuple[EligibleStatus, ...] = Field(default=SENT_STATUSES, min_length=1)
    eligible_statuses_in: tuple[EligibleStatus, ...] = Field(default=SENT_STATUSES, min_length=1)
    finalization: Finalization = Finalization.IGNORED
    cutoff: Cutoff = Cutoff.CREATED_SINCE_CONNECT
    history_import: HistoryImport = HistoryImport.NO
    extra_filters: tuple[ExtraFilter, ...] = ()
    preflight: tuple[PreflightCheck, ...] = ()
    entitlement: Entitlement = Entitlement()
    number_policy: NumberPolicy = NumberPolicy.SOURCE
    number_clash: NumberClash = NumberClash.REFUSE
    custom_numbers: CustomNumbers = CustomNumbers.IGNORE
    link_key: LinkKey = LinkKey.SOURCE_ID
    resync: Resync = Resync.UPDATE
    customer_match: tuple[CustomerMatch, ...] = Field(default=(CustomerMatch.EMAIL,), min_length=1)
    customer_missing: CustomerMissing = CustomerMissing.CREATE
    customer_existing: CustomerExisting = CustomerExisting.LEAVE
    display_name_duplicate: DisplayNameDuplicate = DisplayNameDuplicate.FAIL
    parties_in: Switch = Switch.NO
    item_match: tuple[ItemMatch, ...] = Field(default=(ItemMatch.NAME,), min_length=1)
    item_missing: ItemMissing = ItemMissing.CREATE
    item_inactive: ItemInactive = ItemInactive.ERROR
    items_in: Switch = Switch.NO
    collecting_item: str = Field(default="Custom Line Item", min_length=1, max_length=100)
    tax: Tax = Tax.PASS_THROUGH
    line_discount: LineDiscount = LineDiscount.SUM
    invoice_discount: InvoiceDiscount = InvoiceDiscount.DISCOUNT_LINE
    fees: Fees = Fees.LINE
    service_date: ServiceDate = ServiceDate.NONE
    location_tracking: LocationTracking = LocationTracking.IGNORE
    location_missing: LocationMissing = LocationMissing.HOLD
    payments_out: PaymentsOut = PaymentsOut.NO
    payments_in: PaymentsIn = PaymentsIn.NO
    sales_receipts: Switch = Switch.NO
    void_propagates: Switch = Switch.NO
    credit_memos: Switch = Switch.NO
    vendor_side: Switch = Switch.NO
    qbo_edit_of_source_doc: QboEditOfSourceDoc = QboEditOfSourceDoc.ERROR
    conflict: Conflict = Conflict.ASK
    attachments: Attachments = Attachments.NO
    memo_source: MemoSource = MemoSource.NOTE
    memo_target: MemoTarget = MemoTarget.CUSTOMER_MESSAGE
    custom_mappings: CustomMappings = CustomMappings.NO
    automation: Automation = Automation.NONE
    latitude: Mapping[str, Latitude] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        refuse_contradictions(self)
        return self

    @classmethod
    def from_manifest(cls, table: Mapping[str, Any]) -> Self:
        """Read the `[policies]` table: each key a value, or ``{ default = …, user = […], operator = […] }``.

        Raises:
            PolicyRefused: a key or value is unknown, or two contradict each other; the sentence says which.
        """
        return policy_manifest.read(cls, table)

    def overlay(self, choices: Mapping[str, Any], role: Role) -> Self:
        """These policies with some values chosen anew.

        Choices that were stored after such a check are laid over with the role of an operator.

        Raises:
            PolicyRefused: a key or value is unknown, this role may not choose it, or it contradicts another.
        """
        return policy_choices.overlay(self, choices, role)

    def choosable(self, role: Role, *, source: str = "the source") -> tuple[PolicyChoice, ...]:
        """What a settings form asks this role, in the order of the wizard; `source` is its display name."""
        return policy_choices.choosable(self, role, source)

    @property
    def sends_documents(self) -> bool:
        """Whether documents go to QuickBooks."""
        return self.direction is not Direction.IN

    @property
    def brings_documents(self) -> bool:
        """Whether documents of QuickBooks keep coming in; a one-off import is no part of it."""
        return self.direction is not Direction.OUT

    @property
    def sends_payments(self) -> bool:
        """Whether payments of the source go to QuickBooks (H-17)."""
        follows = self.payments_out is PaymentsOut.FOLLOW_DIRECTION and self.sends_documents
        return self.payments_out is PaymentsOut.YES or follows

    def brings_payments(self, *, in_cohort: bool) -> bool:
        """Whether payments of QuickBooks come in, for an account that is, or is not, in the paid cohort (B-18)."""
        match self.payments_in:
            case PaymentsIn.UNLESS_IN_ONLY:
                return self.sends_documents
            case PaymentsIn.BY_COHORT:
                return in_cohort
            case _:
                return self.payments_in is PaymentsIn.YES

    @property
    def asks_customer(self) -> bool:
        """Whether the person who presses Sync is asked for the customer (P-14)."""
        return CustomerMatch.CHOICE in self.customer_match

    @property
    def asks_tax(self) -> bool:
        """Whether the person who presses Sync is asked for the tax (P-14)."""
        return self.tax is Tax.CHOOSE_OR_NONE

    def tax_in(self, country: str) -> Tax:
        """How tax travels for a source account in this country, an ISO code (C-13, C-14)."""
        if self.tax is not Tax.FOLD_IF_US:
            return self.tax
        return Tax.FOLD if country == US else Tax.PASS_THROUGH

    def line_discount_in(self, country: str) -> LineDiscount:
        """How line discounts travel for a source account in this country, an ISO code (C-13, C-14)."""
        if self.line_discount is not LineDiscount.FOLD_IF_US:
            return self.line_discount
        return LineDiscount.NET_RATE if country == US else LineDiscount.SUM

    def invoice_discount_in(self, country: str) -> InvoiceDiscount:
        """How document discounts travel for a source account in this country, an ISO code (C-13, C-14)."""
        if self.invoice_discount is not InvoiceDiscount.FOLD_IF_US:
            return self.invoice_discount
        return InvoiceDiscount.FOLD if country == US else InvoiceDiscount.DISCOUNT_LINE

    def filter(self, kind: FilterKind) -> ExtraFilter | None:
        """The filter of this kind, if this sync has one."""
        return next((one for one in self.extra_filters if one.kind is kind), None)


__all__ = [
    "Attachments",
    "Automation",
    "Conflict",
    "ConnectionScope",
    "CustomMappings",
    "CustomNumbers",
    "CustomerExisting",
    "CustomerMatch",
    "CustomerMissing",
    "Cutoff",
    "Direction",
    "DisplayNameDuplicate",
    "Entitlement",
    "ExtraFilter",
    "Fees",
    "FilterKind",
    "Finalization",
    "HistoryImport",
    "InvoiceDiscount",
    "ItemInactive",
    "ItemMatch",
    "ItemMissing",
    "Latitude",
    "LineDiscount",
    "LinkKey",
    "LocationMissing",
    "LocationTracking",
    "MemoSource",
    "MemoTarget",
    "NumberClash",
    "NumberPolicy",
    "PaymentsIn",
    "PaymentsOut",
    "Policies",
    "PolicyChoice",
    "PolicyRefused",
    "PreflightCheck",
    "QboEditOfSourceDoc",
    "Resync",
    "Role",
    "Schedule",
    "ServiceDate",
    "Switch",
    "Tax",
    "Trigger",
]
