"""Items, terms, payment methods, locations and classes."""

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.seeds.taxes import code_named
from qbo_connector.simulator.writing.draft import WriteFlags
from qbo_connector.simulator.writing.save import create

_NO_DISCOUNT = {"DiscountPercent": 0, "DiscountDays": 0}
_TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))
_METHODS = (
    ("1", "Cash", "NON_CREDIT_CARD"),
    ("2", "Check", "NON_CREDIT_CARD"),
    ("3", "Visa", "CREDIT_CARD"),
    ("4", "MasterCard", "CREDIT_CARD"),
    ("5", "Discover", "CREDIT_CARD"),
    ("6", "American Express", "CREDIT_CARD"),
    ("7", "Diners Club", "CREDIT_CARD"),
)
_SERVICES = (
    ("1", "Services", "", "0", "1", False),
    ("2", "Hours", "", "0", "1", False),
    ("3", "Concrete", "Concrete for fountain installation", "0", "79", False),
    ("4", "Design", "Custom Design", "75", "82", False),
    ("6", "Gardening", "Weekly Gardening Service", "25", "45", False),
    ("7", "Installation", "Installation of landscape design", "50", "45", False),
    ("8", "Lighting", "Garden Lighting", "15", "45", True),
    ("9", "Maintenance & Repair", "Maintenance & Repair", "0", "45", False),
    ("10", "Pest Control", "Pest Control Services", "35", "54", False),
    ("12", "Refunds & Allowances", "Income due to refunds or allowances", "0", "1", False),
    ("13", "Rocks", "Garden Rocks", "48", "79", True),
    ("14", "Sod", "Sod", "10", "79", True),
    ("15", "Soil", "2 cubic ft. bag", "6.50", "79", True),
    ("18", "Trimming", "Tree and Shrub Trimming", "35", "45", False),
)
_STOCK = (
    ("5", "Rock Fountain", "Rock Fountain", "275", "125", 2, "RF-1"),
    ("11", "Pump", "Fountain Pump", "15", "10", 25, "PUMP-1"),
    ("16", "Sprinkler Heads", "Sprinkler Heads", "2", "0.75", 25, "SPR-H"),
    ("17", "Sprinkler Pipes", "Sprinkler Pipes", "4", "2.50", 31, "SPR-P"),
)


def plant_basics(company: Company) -> None:
    """What even an empty company has: terms, payment methods, two items."""
    for identifier, name, days in _TERMS:
        body = {"Id": identifier, "Name": name, "Active": True, "Type": "STANDARD"} | _NO_DISCOUNT
        company.insert(kind("Term"), {**body, "DueDays": days})
    for identifier, name, method in _METHODS:
        company.insert(kind("PaymentMethod"), {"Id": identifier, "Name": name, "Active": True, "Type": method})
    for service in _SERVICES[:2]:
        _service(company, service)


def plant_catalogue(company: Company) -> None:
    """The goods, services, locations and classes of the sample company."""
    for service in _SERVICES[2:]:
        _service(company, service)
    for stock in _STOCK:
        _stock(company, stock)
    for name in ("Mountain View", "Tucson"):
        create(company, kind("Department"), {"Name": name}, WriteFlags())
    for name in ("Retail", "Wholesale"):
        create(company, kind("Class"), {"Name": name}, WriteFlags())
    _bundle(company)


def _service(company: Company, row: tuple[str, str, str, str, str, bool]) -> None:
    identifier, name, text, price, income, taxed = row
    body: Body = {"Id": identifier, "Name": name, "Type": "Service", "UnitPrice": price, "Taxable": taxed}
    body["IncomeAccountRef"] = {"value": income}
    if text:
        body["Description"] = text
    _insert(company, body)


def _stock(company: Company, row: tuple[str, str, str, str, str, int, str]) -> None:
    identifier, name, text, price, cost, on_hand, sku = row
    _insert(
        company,
        {
            "Id": identifier,
            "Name": name,
            "Sku": sku,
            "Description": text,
            "Type": "Inventory",
            "UnitPrice": price,
            "PurchaseCost": cost,
            "Taxable": True,
            "TrackQtyOnHand": True,
            "QtyOnHand": on_hand,
            "InvStartDate": "2024-01-01",
            "IncomeAccountRef": {"value": "79"},
            "ExpenseAccountRef": {"value": "80"},
            "AssetAccountRef": {"value": "81"},
        },
    )


def _bundle(company: Company) -> None:
    entries = [{"ItemRef": {"value": "5"}, "Qty": 1}, {"ItemRef": {"value": "11"}, "Qty": 1}]
    body = {"Id": "19", "Name": "Fountain Set", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": entries}}
    _insert(company, {**body, "Description": "A fountain with its pump", "IncomeAccountRef": {"value": "79"}})


def _insert(company: Company, body: Body) -> None:
    """Create an item under its fixed id."""
    if company.region.code != "US":
        code = code_named(company, company.region.default_code)
        body = {**body, "SalesTaxCodeRef": {"value": code}, "Taxable": True}
    create(company, kind("Item"), body, WriteFlags(), identifier=body["Id"])
