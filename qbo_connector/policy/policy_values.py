"""The closed sets of what a policy may say. Values are the words of `manifest.toml`; each set's key is its name.

Row numbers name the behaviour that asks for a value. What each value means to an admin stands in
``policy_words.toml``.
"""

from datetime import timedelta
from enum import StrEnum


class Switch(StrEnum):
    """Whether something is carried at all."""

    NO = "no"
    YES = "yes"


class Trigger(StrEnum):
    """What starts a sync (T-8, P-28; B-11; C-3, H-56)."""

    MANUAL_SINGLE = "manual_single"
    MANUAL_ALL = "manual_all"
    EVENT = "event"


class Schedule(StrEnum):
    """How long after the last run, by hand or not, the next one starts by itself (B-14)."""

    NONE = "none"
    HOUR_AFTER_LAST = "hour_after_last"
    DAY_AFTER_LAST = "day_after_last"
    WEEK_AFTER_LAST = "week_after_last"

    @property
    def interval(self) -> timedelta | None:
        """The time between the end of one run and the start of the next; None without a schedule."""
        return _INTERVALS.get(self)


_INTERVALS = {
    Schedule.HOUR_AFTER_LAST: timedelta(hours=1),
    Schedule.DAY_AFTER_LAST: timedelta(days=1),
    Schedule.WEEK_AFTER_LAST: timedelta(weeks=1),
}


class Direction(StrEnum):
    """Which way documents travel: out is to QuickBooks (H-33, B-9)."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


class HistoryImport(StrEnum):
    """Whether QuickBooks' older invoices come in once, while connecting (C-19, C-20)."""

    NO = "no"
    ONCE_AT_CONNECT = "once_at_connect"


class Finalization(StrEnum):
    """Whether a document must have been finalized in its source (H-21, P-13)."""

    IGNORED = "ignored"
    PREFERRED = "preferred"
    REQUIRED = "required"


class Cutoff(StrEnum):
    """From when on documents count (H-23, C-15, B-3)."""

    NONE = "none"
    CREATED_SINCE_CONNECT = "created_since_connect"
    CREATED_OR_MODIFIED_SINCE_START = "created_or_modified_since_start"
    UNPAID_HISTORY = "unpaid_history"


class ConnectionScope(StrEnum):
    """For what there is one QuickBooks company at most (T-6, P-5)."""

    ORGANIZATION = "organization"
    SOURCE_ACCOUNT = "source_account"
    LOCATION = "location"
    SUBSIDIARY = "subsidiary"


class PreflightCheck(StrEnum):
    """What is looked at in the QuickBooks company before the first sync, in the order in which it would fail."""

    SCOPES = "scopes"
    SUBSIDIARY = "subsidiary"
    PRODUCTS_AND_CONTACTS = "products_and_contacts"
    LOCATION_TRACKING = "location_tracking"
    COUNTRY_US = "country_us"
    ACCOUNTS = "accounts"
    ITEM_MAPPING = "item_mapping"
    FIRST_INVOICE = "first_invoice"
    TAX_CODE = "tax_code"
    CUSTOM_NUMBERS = "custom_numbers"
    REVENUE_RECOGNITION = "revenue_recognition"
    CLOSED_PERIODS = "closed_periods"


class NumberPolicy(StrEnum):
    """Who numbers documents (C-5, P-8, B-5)."""

    SOURCE = "source"
    QBO = "qbo"
    EACH_SIDE = "each_side"


class NumberClash(StrEnum):
    """What happens to a number that QuickBooks knows already (T-20, P-21)."""

    REFUSE = "refuse"
    ALLOW_FOR_COPIES = "allow_for_copies"


class LinkKey(StrEnum):
    """What tells the QuickBooks documents of one record apart (T-24, P-20)."""

    SOURCE_ID = "source_id"
    NUMBER = "number"
    COPY = "copy"


class Resync(StrEnum):
    """What syncing a record again does (T-23, H-25, P-19)."""

    UPDATE = "update"
    UPDATE_SAME_NUMBER = "update_same_number"
    ASK = "ask"


class CustomerMissing(StrEnum):
    """What happens if QuickBooks does not know the customer (C-28, H-16, P-15)."""

    CREATE = "create"
    CREATE_WITH_CONTACT_SYNC = "create_with_contact_sync"
    CREATE_IF_BLANK = "create_if_blank"
    FAIL = "fail"


class CustomerMatch(StrEnum):
    """By what a customer is recognised; several are tried in their order (H-16, C-2, P-14)."""

    CHOICE = "choice"
    EMAIL = "email"
    NAME = "name"


class CustomerExisting(StrEnum):
    """What happens to a customer that is found (C-26)."""

    LEAVE = "leave"
    UPDATE = "update"
    CONFLICT_RULE = "conflict_rule"


class DisplayNameDuplicate(StrEnum):
    """What a new customer is called whose name is taken (H-66)."""

    FAIL = "fail"
    APPEND_CONTACT = "append_contact"


class ItemMatch(StrEnum):
    """By what an item is recognised; several are tried in their order (T-27, H-11, P-12)."""

    LINK = "link"
    SKU = "sku"
    NAME = "name"
    MAP = "map"


class ItemMissing(StrEnum):
    """Where a line without a match goes (T-29, H-13, P-12)."""

    CREATE = "create"
    COLLECTING_ITEM = "collecting_item"
    DEFAULT_ITEM = "default_item"
    FAIL = "fail"


class ItemInactive(StrEnum):
    """What happens to an item that was switched off in QuickBooks; it is never switched on unasked (T-21)."""

    ERROR = "error"


class Tax(StrEnum):
    """How the source's tax travels (H-5, C-13, C-14, P-16 to P-18)."""

    PASS_THROUGH = "pass_through"  # noqa: S105 - a way of taxing
    REJECT = "reject"
    FOLD = "fold"
    FOLD_IF_US = "fold_if_us"
    CHOOSE_OR_NONE = "choose_or_none"


class LineDiscount(StrEnum):
    """How a discount on a line travels (T-15, H-60, C-13)."""

    SUM = "sum"
    NET_RATE = "net_rate"
    NEGATIVE_LINE = "negative_line"
    FOLD_IF_US = "fold_if_us"
    REJECT = "reject"


class InvoiceDiscount(StrEnum):
    """How a discount on the whole document travels (T-15, H-59, C-13)."""

    DISCOUNT_LINE = "discount_line"
    FOLD = "fold"
    FOLD_IF_US = "fold_if_us"
    REJECT = "reject"


class Fees(StrEnum):
    """How a fee on the whole document travels (H-59, H-61)."""

    LINE = "line"
    REJECT = "reject"


class PaymentsOut(StrEnum):
    """Whether payments of the source reach QuickBooks (H-17, C-11, P-25, T-25)."""

    NO = "no"
    YES = "yes"
    FOLLOW_DIRECTION = "follow_direction"


class PaymentsIn(StrEnum):
    """Whether payments of QuickBooks, their changes and deletions reach the source (H-18, B-18, P-2, P-24)."""

    NO = "no"
    YES = "yes"
    UNLESS_IN_ONLY = "unless_in_only"
    BY_COHORT = "by_cohort"


class QboEditOfSourceDoc(StrEnum):
    """What a change in QuickBooks to a document of the source leads to (T-23, H-3, C-4)."""

    OVERWRITE = "overwrite"
    ERROR = "error"
    CONFLICT_RULE = "conflict_rule"


class Conflict(StrEnum):
    """Which side wins where both changed (H-34, B-9)."""

    ASK = "ask"
    SOURCE = "source"
    QBO = "qbo"


class Attachments(StrEnum):
    """Whose PDF belongs to a document; `NO` moves no files at all (B-10, P-9)."""

    NO = "no"
    SOURCE = "source"
    QBO = "qbo"


class MemoSource(StrEnum):
    """Which text of the document becomes its memo (P-11, H-60)."""

    NONE = "none"
    SUBJECT = "subject"
    NOTE = "note"
    PO_NUMBER = "po_number"
    TERMS = "terms"
    CUSTOM_FIELD = "custom_field"


class MemoTarget(StrEnum):
    """Where the memo stands in QuickBooks (P-11, H-60)."""

    CUSTOMER_MESSAGE = "customer_message"
    STATEMENT_MEMO = "statement_memo"


class CustomMappings(StrEnum):
    """Whether an admin may add field mappings (H-36, H-58)."""

    NO = "no"
    PAID_PLAN = "paid_plan"
    YES = "yes"


class Automation(StrEnum):
    """What the source does after an event in QuickBooks (C-17, C-18)."""

    NONE = "none"
    REVIEW_REQUEST = "review_request"


class LocationTracking(StrEnum):
    """Whether documents carry their location (T-7)."""

    IGNORE = "ignore"
    OPTIONAL = "optional"
    REQUIRED = "required"


class LocationMissing(StrEnum):
    """What happens if QuickBooks does not know the location (T-30), or a class."""

    HOLD = "hold"
    CREATE = "create"


class CustomNumbers(StrEnum):
    """How custom transaction numbers should be set in QuickBooks (H-8, T-20)."""

    IGNORE = "ignore"
    RECOMMEND_OFF = "recommend_off"
    RECOMMEND_ON = "recommend_on"


class ServiceDate(StrEnum):
    """What stands for a service date that a line does not have (H-7, H-67)."""

    NONE = "none"
    DOCUMENT_DATE = "document_date"


class FilterKind(StrEnum):
    """What a record must be like beside its status (T-28, H-12, H-22, B-2, B-4, B-5, P-5)."""

    PRODUCTS_IN_LOCATION = "products_in_location"
    MADE_IN_SOURCE = "made_in_source"
    SKU_PRESENT = "sku_present"
    CURRENCY = "currency"
    NUMBER_PRESENT = "number_present"
    PREFERENCES_SET = "preferences_set"
    LIVE_MODE = "live_mode"
    LINKED_SUBSIDIARY = "linked_subsidiary"
