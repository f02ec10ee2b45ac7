"""Lists a company keeps: accounts, items, classes, terms, taxes (reference §6.6)."""

from qbo_connector.simulator.entities.kinds import DOCUMENT, LISTED, READABLE, EntityKind, Family, Op

_TREE = frozenset({"FullyQualifiedName", "Level"})

ITEM = EntityKind(
    name="Item",
    family=Family.LIST,
    operations=LISTED,
    id_space="item",
    required=("Name",),
    limits={"Name": 100, "Sku": 100, "Description": 4000, "PurchaseDesc": 1000},
    read_only=_TREE | {"AvgCost", "QtyOnPurchaseOrder", "QtyOnSalesOrder", "SpecialItem"},
    defaults={"Active": True, "Taxable": False, "UnitPrice": 0, "PurchaseCost": 0, "TrackQtyOnHand": False},
    refs_queryable=frozenset({"ParentRef"}),
    not_queryable=frozenset({"PurchaseDesc"}),
    list_name="Item",
)
ACCOUNT = EntityKind(
    name="Account",
    family=Family.LIST,
    operations=LISTED,
    id_space="account",
    required=("Name",),
    limits={"Name": 100, "AcctNum": 20, "Description": 100},
    read_only=_TREE | {"CurrentBalance", "CurrentBalanceWithSubAccounts", "Classification"},
    defaults={"SubAccount": False, "Active": True, "CurrentBalance": 0, "CurrentBalanceWithSubAccounts": 0},
    refs_queryable=frozenset({"ParentRef"}),
    list_name="Accounts",
)
DEPARTMENT = EntityKind(
    name="Department",
    family=Family.LIST,
    operations=LISTED,
    id_space="department",
    required=("Name",),
    limits={"Name": 100},
    read_only=_TREE,
    defaults={"SubDepartment": False, "Active": True},
    refs_queryable=frozenset({"ParentRef"}),
    list_name="Department",
)
CLASS = EntityKind(
    name="Class",
    family=Family.LIST,
    operations=LISTED,
    id_space="class",
    required=("Name",),
    limits={"Name": 100},
    read_only=_TREE,
    defaults={"SubClass": False, "Active": True},
    refs_queryable=frozenset({"ParentRef"}),
    list_name="Class",
)
TERM = EntityKind(
    name="Term",
    family=Family.LIST,
    operations=LISTED,
    id_space="term",
    required=("Name",),
    limits={"Name": 31},
    defaults={"Active": True, "DiscountPercent": 0},
    list_name="Terms",
)
PAYMENT_METHOD = EntityKind(
    name="PaymentMethod",
    family=Family.LIST,
    operations=LISTED,
    id_space="paymentmethod",
    required=("Name",),
    limits={"Name": 31},
    defaults={"Active": True, "Type": "NON_CREDIT_CARD"},
    list_name="PaymentMethod",
)
CUSTOMER_TYPE = EntityKind(
    name="CustomerType",
    family=Family.LIST,
    operations=READABLE | {Op.CDC},
    id_space="customertype",
    list_name="CustomerType",
)
TAX_CODE = EntityKind(
    name="TaxCode",
    family=Family.LIST,
    operations=frozenset({Op.READ, Op.QUERY, Op.UPDATE}),
    id_space="taxcode",
    required=("Name",),
    limits={"Name": 100, "Description": 100},
    list_name="Tax",
)
TAX_RATE = EntityKind(
    name="TaxRate",
    family=Family.LIST,
    operations=READABLE,
    id_space="taxrate",
    refs_queryable=frozenset({"AgencyRef", "TaxReturnLineRef"}),
    list_name="Tax",
)
TAX_AGENCY = EntityKind(
    name="TaxAgency",
    family=Family.LIST,
    operations=frozenset({Op.CREATE, Op.READ, Op.QUERY}),
    id_space="taxagency",
    required=("DisplayName",),
    limits={"DisplayName": 100},
    defaults={"TaxTrackedOnPurchases": False, "TaxTrackedOnSales": True},
    list_name="TaxAgency",
)
TAX_CLASSIFICATION = EntityKind(
    name="TaxClassification",
    family=Family.LIST,
    operations=READABLE,
    id_space="taxclassification",
    list_name="TaxClassification",
)
JOURNAL_CODE = EntityKind(
    name="JournalCode",
    family=Family.LIST,
    operations=LISTED - {Op.CDC},
    id_space="journalcode",
    required=("Name",),
    limits={"Name": 6},
    list_name="JournalCode",
)
BUDGET = EntityKind(
    name="Budget",
    family=Family.LIST,
    operations=DOCUMENT - {Op.CDC},
    id_space="budget",
    required=("Name", "StartDate", "EndDate"),
    list_name="Budget",
)

KINDS = (
    ITEM, ACCOUNT, DEPARTMENT, CLASS, TERM, PAYMENT_METHOD, CUSTOMER_TYPE, TAX_CODE, TAX_RATE, TAX_AGENCY,
    TAX_CLASSIFICATION, JOURNAL_CODE, BUDGET,
)  # fmt: skip
