"""Customers, vendors and employees of the sample company."""

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.writing.draft import WriteFlags
from qbo_connector.simulator.writing.save import create

_CUSTOMERS = (
    ("1", "Amy's Bird Sanctuary", "4581 Finch St.", "Bayshore", "CA", "94326"),
    ("2", "Bill's Windsurf Shop", "12 Ocean Dr.", "Half Moon Bay", "CA", "94213"),
    ("3", "Cool Cars", "65 Ocean Dr.", "Half Moon Bay", "CA", "94213"),
    ("5", "Dukes Basketball Camp", "25 Court St.", "Tucson", "AZ", "85719"),
    ("7", "Freeman Sporting Goods", "370 Easy St.", "Middlefield", "CA", "94482"),
    ("11", "Gevelber Photography", "1103 Main St.", "Middlefield", "CA", "94482"),
    ("12", "Jeff's Jalopies", "12 Willow Rd.", "Menlo Park", "CA", "94305"),
    ("16", "Kookies by Kathy", "789 Sugar Lane", "Middlefield", "CA", "94482"),
    ("18", "Paulsen Medical Supplies", "900 Main St.", "Middlefield", "CA", "94482"),
    ("20", "Red Rock Diner", "500 Red Rock Rd.", "Bayshore", "CA", "94326"),
    ("22", "Robertson & Associates", "500 Bay St.", "Bayshore", "CA", "94326"),
    ("25", "Sushi by Katsuyuki", "898 Elm St.", "Maplewood", "NJ", "07040"),
)
_JOBS = (("8", "0969 Ocean View Road", "7"), ("9", "55 Twin Lane", "7"))
_VENDORS = (
    ("30", "Books by Bessie"),
    ("31", "Brosnahan Insurance Agency"),
    ("32", "Cal Telephone"),
    ("33", "Chin's Gas and Oil"),
    ("41", "Hicks Hardware"),
    ("46", "Norton Lumber and Building Materials"),
    ("48", "PG&E"),
    ("56", "Tania's Nursery"),
)


def plant_names(company: Company) -> None:
    """Insert everybody under fixed ids."""
    for identifier, name, *address in _CUSTOMERS:
        _person(company, "Customer", {"Id": identifier, "DisplayName": name, **_contact(company, name, *address)})
    for identifier, name, parent in _JOBS:
        body = {"Id": identifier, "DisplayName": name, "Job": True, "ParentRef": {"value": parent}}
        _person(
            company, "Customer", {**body, **_contact(company, name, "370 Easy St.", "Middlefield", "CA", "94482")}
        )
    for identifier, name in _VENDORS:
        _person(company, "Vendor", {"Id": identifier, "DisplayName": name, "CompanyName": name})
    _person(company, "Employee", {"Id": "54", "GivenName": "John", "FamilyName": "Johnson"})
    _person(company, "Employee", {"Id": "55", "GivenName": "Emily", "FamilyName": "Platt"})


def _contact(company: Company, name: str, *place: str) -> Body:
    street, city, state, code = place
    letters = "".join(letter for letter in name.lower() if letter.isalnum())
    address = {"Line1": street, "City": city, "CountrySubDivisionCode": state, "PostalCode": code}
    if company.region.code != "US":
        address = {"Line1": street, "City": city, "Country": company.region.country}
    return {"CompanyName": name, "BillAddr": address, "PrimaryEmailAddr": {"Address": f"{letters}@example.com"}}


def _person(company: Company, entity: str, body: Body) -> None:
    create(company, kind(entity), body, WriteFlags(), identifier=body["Id"])
