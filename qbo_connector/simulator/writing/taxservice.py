"""TaxService: the only way to make a tax code (reference §6.6)."""

from typing import Any

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.index import name_space
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.entities.coerce import coerce
from qbo_connector.simulator.entities.kinds import EntityKind, Family, Op
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import duplicate_name, invalid_reference, required
from qbo_connector.simulator.wire.numbers import decimal_of, measure
from qbo_connector.simulator.writing.save import check_subscription

TAX_SERVICE = EntityKind(name="TaxService", family=Family.SETTING, operations=frozenset({Op.CREATE}))


def create_tax_code(company: Company, payload: Any) -> dict[str, Any]:
    """Make a tax code with its rates; the answer has no envelope of its own, as QuickBooks gives it.

    Raises:
        IntuitFault: 2020, 2500 or 6240.
    """
    check_subscription(company)
    body = coerce(TAX_SERVICE, payload).body
    if "TaxCode" not in body:
        raise required("TaxCode")
    details = body.get("TaxRateDetails", [])
    if not details:
        raise required("TaxRateDetails")
    _forbid_duplicates(company, body["TaxCode"], details)
    answered = [_rate(company, detail) for detail in details]
    code = company.insert(kind("TaxCode"), _code(body["TaxCode"], answered))
    return {"TaxCode": body["TaxCode"], "TaxCodeId": code.id, "TaxRateDetails": answered}


def _forbid_duplicates(company: Company, code: str, details: list[Body]) -> None:
    if any(company.index.holders(name_space(kind("TaxCode")), code)):
        raise duplicate_name("Another tax code is already using this name. Please use a different name.")
    for detail in details:
        name = detail.get("TaxRateName")
        if name and "TaxRateId" not in detail and any(company.index.holders(name_space(kind("TaxRate")), name)):
            raise duplicate_name("Another tax rate is already using this name. Please use a different name.")
        if "TaxAgencyId" in detail and company.find("TaxAgency", str(detail["TaxAgencyId"])) is None:
            raise invalid_reference("TaxAgency", str(detail["TaxAgencyId"]), "TaxAgencyId")


def _rate(company: Company, detail: Body) -> Body:
    if "TaxRateId" in detail:
        known = company.find("TaxRate", str(detail["TaxRateId"]))
        if known is None:
            raise invalid_reference("Tax", str(detail["TaxRateId"]), "TaxRateId")
        return {**detail, "TaxApplicableOn": detail.get("TaxApplicableOn", "Sales")}
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if name not in detail:
            raise required(name)
    value = measure(decimal_of(detail["RateValue"]))
    rate = company.insert(
        kind("TaxRate"),
        {
            "Name": detail["TaxRateName"],
            "Active": True,
            "RateValue": value,
            "AgencyRef": {"value": str(detail["TaxAgencyId"])},
            "SpecialTaxType": "NONE",
            "DisplayType": "ReadOnly",
        },
    )
    return {
        "TaxRateName": detail["TaxRateName"],
        "TaxRateId": rate.id,
        "RateValue": value,
        "TaxAgencyId": str(detail["TaxAgencyId"]),
        "TaxApplicableOn": detail.get("TaxApplicableOn", "Sales"),
    }


def _code(name: str, rates: list[Body]) -> Body:
    lists: dict[str, list[Body]] = {"Sales": [], "Purchase": []}
    for order, rate in enumerate(rates):
        entry = {
            "TaxRateRef": {"value": str(rate["TaxRateId"]), "name": rate.get("TaxRateName", "")},
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": order,
        }
        lists["Sales" if rate["TaxApplicableOn"] == "Sales" else "Purchase"].append(entry)
    return {
        "Name": name,
        "Description": name,
        "Active": True,
        "Hidden": False,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
        "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
        "TaxCodeConfigType": "USER_DEFINED",
    }
