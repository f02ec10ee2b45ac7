"""Sales forms and what customers pay with (reference §6.2, §6.4, §6.5)."""

from qbo_connector.simulator.entities.kinds import DOCUMENT, SENDABLE, EntityKind, Family, Op

_FORM_LIMITS = {
    "DocNumber": 21,
    "PrivateNote": 4000,
    "CustomerMemo.value": 1000,
    "BillEmail.Address": 100,
    "BillEmailCc.Address": 200,
    "BillEmailBcc.Address": 200,
    "ShipMethodRef.value": 30,
    "TrackingNum": 30,
    "Line.Description": 4000,
    "CustomField.StringValue": 31,
    "PaymentRefNum": 21,
}
_FORM_READ_ONLY = frozenset(
    {
        "TotalAmt", "Balance", "HomeBalance", "HomeTotalAmt", "DeliveryInfo", "InvoiceLink", "EInvoiceStatus",
        "RecurDataRef", "TaxExemptionRef", "FreeFormAddress", "RemainingCredit", "TotalCostAmount",
        "invoiceStatus",
        "HomeTotalCostAmount", "callToAction", "invoiceStatusLog", "ECloudStatusTimeStamp",
    }
)  # fmt: skip
_FORM_DEFAULTS = {"ApplyTaxAfterDiscount": False, "PrintStatus": "NeedToPrint", "EmailStatus": "NotSet"}
_ONLINE = {
    "AllowIPNPayment": False,
    "AllowOnlinePayment": False,
    "AllowOnlineCreditCardPayment": False,
    "AllowOnlineACHPayment": False,
}

INVOICE = EntityKind(
    name="Invoice",
    family=Family.TRANSACTION,
    operations=SENDABLE | {Op.VOID},
    required=("Line",),
    limits=_FORM_LIMITS,
    read_only=_FORM_READ_ONLY,
    defaults={**_ONLINE, **_FORM_DEFAULTS},
    refs_queryable=frozenset({"CustomerRef", "SalesTermRef", "ProjectRef"}),
    not_queryable=frozenset({"PrivateNote"}),
    title="Invoice",
)
ESTIMATE = EntityKind(
    name="Estimate",
    family=Family.TRANSACTION,
    operations=SENDABLE,
    required=("Line",),
    limits=_FORM_LIMITS,
    read_only=_FORM_READ_ONLY,
    defaults={**_FORM_DEFAULTS, "TxnStatus": "Pending"},
    refs_queryable=frozenset({"CustomerRef", "ProjectRef"}),
    not_queryable=frozenset({"PrivateNote"}),
    title="Estimate",
)
SALES_RECEIPT = EntityKind(
    name="SalesReceipt",
    family=Family.TRANSACTION,
    operations=SENDABLE | {Op.VOID_INCLUDE},
    required=("Line",),
    limits=_FORM_LIMITS,
    read_only=_FORM_READ_ONLY,
    defaults=_FORM_DEFAULTS,
    refs_queryable=frozenset({"CustomerRef", "ProjectRef"}),
    not_queryable=frozenset({"PrivateNote"}),
    title="Sales Receipt",
)
CREDIT_MEMO = EntityKind(
    name="CreditMemo",
    family=Family.TRANSACTION,
    operations=SENDABLE,
    required=("Line",),
    limits=_FORM_LIMITS,
    read_only=_FORM_READ_ONLY,
    defaults=_FORM_DEFAULTS,
    refs_queryable=frozenset({"CustomerRef", "ProjectRef", "SalesTermRef"}),
    not_queryable=frozenset({"PrivateNote"}),
    title="Credit Memo",
)
REFUND_RECEIPT = EntityKind(
    name="RefundReceipt",
    family=Family.TRANSACTION,
    operations=SENDABLE,
    required=("Line", "DepositToAccountRef"),
    limits={**_FORM_LIMITS, "PaymentRefNum": 100},
    read_only=_FORM_READ_ONLY,
    defaults=_FORM_DEFAULTS,
    refs_queryable=frozenset({"CustomerRef", "ProjectRef"}),
    not_queryable=frozenset({"PrivateNote"}),
    title="Refund",
)
PAYMENT = EntityKind(
    name="Payment",
    family=Family.TRANSACTION,
    operations=SENDABLE | {Op.VOID_INCLUDE},
    required=("CustomerRef", "TotalAmt"),
    limits={"PrivateNote": 4000, "PaymentRefNum": 21},
    read_only=frozenset({"UnappliedAmt"}),
    defaults={"ProcessPayment": False},
    refs_queryable=frozenset({"CustomerRef", "PaymentMethodRef", "ProjectRef"}),
    not_queryable=frozenset({"PrivateNote"}),
    title="Payment",
)
DEPOSIT = EntityKind(
    name="Deposit",
    family=Family.TRANSACTION,
    operations=DOCUMENT,
    required=("Line", "DepositToAccountRef"),
    limits={"PrivateNote": 4000, "Line.Description": 4000, "DocNumber": 21},
    read_only=frozenset({"HomeTotalAmt"}),
    not_queryable=frozenset({"PrivateNote", "TotalAmt"}),
    refs_queryable=frozenset({"DepositToAccountRef"}),
    title="Deposit",
)
REIMBURSE_CHARGE = EntityKind(
    name="ReimburseCharge",
    family=Family.TRANSACTION,
    operations=frozenset({Op.READ, Op.QUERY, Op.CDC}),
    limits={"PrivateNote": 4000},
    refs_queryable=frozenset({"CustomerRef"}),
    not_queryable=frozenset({"PrivateNote"}),
)

KINDS = (
    INVOICE, ESTIMATE, SALES_RECEIPT, CREDIT_MEMO, REFUND_RECEIPT, PAYMENT, DEPOSIT, REIMBURSE_CHARGE,
)  # fmt: skip
