"""Exchange rates, which are known by their currency and day rather than by an id (reference §6.6)."""

from datetime import date
from typing import Any

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import invalid_reference, required
from qbo_connector.simulator.writing.draft import WriteFlags
from qbo_connector.simulator.writing.save import create, update


def read_rate(company: Company, query: dict[str, str]) -> Body:
    """The rate of `sourcecurrencycode` on `asofdate`, by default today's.

    Raises:
        IntuitFault: 2020 without a currency, 2500 for one the company does not keep.
    """
    asked = {name.lower(): value for name, value in query.items()}
    code = asked.get("sourcecurrencycode", "")
    if not code:
        raise required("sourcecurrencycode")
    day = asked.get("asofdate") or company.clock.today().isoformat()
    record = _on(company, code, day)
    if record is None:
        raise invalid_reference("CompanyCurrency", code, "SourceCurrencyCode")
    return {**record.body, "AsOfDate": day}


def write_rate(company: Company, payload: Any) -> Record:
    """Set the rate of a currency from a day on: the one of that very day is changed, else there is a new one.

    Raises:
        IntuitFault: 2020, 2500, 5010 or 6000.
    """
    body = dict(payload) if isinstance(payload, dict) else {}
    code = str(body.get("SourceCurrencyCode") or "")
    if not code:
        raise required("SourceCurrencyCode")
    day = str(body.get("AsOfDate") or company.clock.today().isoformat())
    record = _on(company, code, day)
    if record is None:
        raise invalid_reference("CompanyCurrency", code, "SourceCurrencyCode")
    if record.body["AsOfDate"] == day:
        sent = {"SyncToken": record.body["SyncToken"], **body, "Id": record.id}
        return update(company, kind("ExchangeRate"), sent, WriteFlags())
    fresh = {**body, "AsOfDate": day, "TargetCurrencyCode": company.region.currency}
    fresh.pop("Id", None)
    return create(company, kind("ExchangeRate"), fresh, WriteFlags())


def _on(company: Company, code: str, day: str) -> Record | None:
    """The rate in force on a day; before the first one that is known, the first."""
    known = [r for r in company.table("ExchangeRate").values() if r.body["SourceCurrencyCode"] == code.upper()]
    known.sort(key=lambda record: str(record.body["AsOfDate"]))
    so_far = [record for record in known if date.fromisoformat(record.body["AsOfDate"]) <= date.fromisoformat(day)]
    found = so_far or known[:1]
    return found[-1] if found else None
