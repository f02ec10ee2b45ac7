"""What a company buys, moves and books by hand (reference §6.5)."""

from qbo_connector.simulator.entities.kinds import DOCUMENT, SENDABLE, EntityKind, Family, Op

_LIMITS = {"DocNumber": 21, "PrivateNote": 4000, "Line.Description": 4000}
_READ_ONLY = frozenset({"Balance", "HomeBalance", "HomeTotalAmt", "RecurDataRef", "TotalCostAmount"})
_NOTE = frozenset({"PrivateNote"})

BILL = EntityKind(
    name="Bill",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("Line", "VendorRef"),
    required_always=("VendorRef",),
    limits=_LIMITS,
    read_only=_READ_ONLY | {"TotalAmt"},
    refs_queryable=frozenset({"VendorRef", "APAccountRef", "SalesTermRef"}),
    not_queryable=_NOTE,
    title="Bill",
)
BILL_PAYMENT = EntityKind(
    name="BillPayment",
    family=Family.TRANSACTION,
    operations=DOCUMENT | {Op.VOID_INCLUDE},
    required=("VendorRef", "TotalAmt", "PayType", "Line"),
    limits=_LIMITS,
    refs_queryable=frozenset({"VendorRef", "APAccountRef"}),
    not_queryable=_NOTE,
    title="Bill Payment",
)
VENDOR_CREDIT = EntityKind(
    name="VendorCredit",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("Line", "VendorRef"),
    required_always=("VendorRef",),
    limits=_LIMITS,
    read_only=_READ_ONLY | {"TotalAmt"},
    refs_queryable=frozenset({"VendorRef", "APAccountRef"}),
    not_queryable=_NOTE,
    title="Vendor Credit",
)
PURCHASE = EntityKind(
    name="Purchase",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("PaymentType", "AccountRef", "Line"),
    required_always=("PaymentType",),
    limits=_LIMITS,
    read_only=_READ_ONLY | {"TotalAmt"},
    refs_queryable=frozenset({"AccountRef", "PaymentMethodRef"}),
    not_queryable=_NOTE,
    title="Expense",
)
PURCHASE_ORDER = EntityKind(
    name="PurchaseOrder",
    family=Family.TRANSACTION,
    operations=SENDABLE,
    required=("Line", "VendorRef"),
    limits=_LIMITS,
    read_only=_READ_ONLY | {"TotalAmt"},
    defaults={"POStatus": "Open"},
    refs_queryable=frozenset({"VendorRef"}),
    not_queryable=_NOTE,
    title="Purchase Order",
)
JOURNAL_ENTRY = EntityKind(
    name="JournalEntry",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("Line",),
    limits=_LIMITS,
    read_only=_READ_ONLY | {"TotalAmt"},
    defaults={"Adjustment": False},
    not_queryable=_NOTE,
    title="Journal Entry",
)
TRANSFER = EntityKind(
    name="Transfer",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("Amount", "FromAccountRef", "ToAccountRef"),
    limits={"PrivateNote": 4000},
    not_queryable=_NOTE,
    title="Transfer",
)
CREDIT_CARD_PAYMENT = EntityKind(
    name="CreditCardPayment",
    shape_name="CreditCardPaymentTxn",
    wire_name="CreditCardPaymentTxn",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("Amount", "BankAccountRef", "CreditCardAccountRef"),
    limits={"PrivateNote": 4000, "DocNumber": 21},
    refs_queryable=frozenset({"VendorRef"}),
    not_queryable=_NOTE,
    title="Credit Card Payment",
)
INVENTORY_ADJUSTMENT = EntityKind(
    name="InventoryAdjustment",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("AdjustAccountRef", "Line"),
    limits={"DocNumber": 21, "PrivateNote": 4000},
    not_queryable=_NOTE,
    title="Inventory Qty Adjust",
)
TIME_ACTIVITY = EntityKind(
    name="TimeActivity",
    family=Family.TRANSACTION,
    operations=DOCUMENT - {Op.CDC},
    id_space="time",
    required=("NameOf",),
    limits={"Description": 4000},
    refs_queryable=frozenset({"ProjectRef"}),
    title="Time Activity",
)

KINDS = (
    BILL, BILL_PAYMENT, VENDOR_CREDIT, PURCHASE, PURCHASE_ORDER, JOURNAL_ENTRY, TRANSFER, CREDIT_CARD_PAYMENT,
    INVENTORY_ADJUSTMENT, TIME_ACTIVITY,
)  # fmt: skip
