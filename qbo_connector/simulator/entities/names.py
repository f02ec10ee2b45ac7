"""People and firms: one namespace of display names (reference §6.6)."""

from qbo_connector.simulator.entities.kinds import LISTED, EntityKind, Family

_LIMITS = {
    "DisplayName": 500,
    "Title": 16,
    "Suffix": 16,
    "GivenName": 100,
    "MiddleName": 100,
    "FamilyName": 100,
    "CompanyName": 100,
    "PrintOnCheckName": 110,
    "PrimaryEmailAddr.Address": 100,
    "PrimaryPhone.FreeFormNumber": 30,
    "AlternatePhone.FreeFormNumber": 30,
    "Mobile.FreeFormNumber": 30,
    "Fax.FreeFormNumber": 30,
    "WebAddr.URI": 1000,
}

CUSTOMER = EntityKind(
    name="Customer",
    family=Family.NAME,
    operations=LISTED,
    id_space="names",
    limits={**_LIMITS, "ResaleNum": 16, "Notes": 2000},
    read_only=frozenset(
        {"FullyQualifiedName", "BalanceWithJobs", "Level", "IsProject", "OverDueBalance", "RootCustomerRef"}
    ),
    defaults={
        "Taxable": True,
        "Job": False,
        "BillWithParent": False,
        "Balance": 0,
        "BalanceWithJobs": 0,
        "PreferredDeliveryMethod": "Print",
        "Active": True,
    },
    refs_queryable=frozenset({"ParentRef"}),
    not_queryable=frozenset({"Notes", "ResaleNum"}),
    list_name="Names",
)
VENDOR = EntityKind(
    name="Vendor",
    family=Family.NAME,
    operations=LISTED,
    id_space="names",
    limits={**_LIMITS, "AcctNum": 100, "TaxIdentifier": 20},
    read_only=frozenset({"Balance"}),
    defaults={"Balance": 0, "Vendor1099": False, "Active": True},
    list_name="Names",
)
EMPLOYEE = EntityKind(
    name="Employee",
    family=Family.NAME,
    operations=LISTED,
    id_space="names",
    limits={**_LIMITS, "EmployeeNumber": 100, "SSN": 100},
    defaults={"BillableTime": False, "Active": True},
    list_name="Names",
)

KINDS = (CUSTOMER, VENDOR, EMPLOYEE)
