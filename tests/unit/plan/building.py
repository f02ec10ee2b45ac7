"""Documents, rules and knowledge for the tests of everything that thinks, each with one line of what matters."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from qbo_connector.canonical import Invoice, Item, Line, LineKind, Party, Status
from qbo_connector.canonical.company import Company
from qbo_connector.mapping.symbols import resolved
from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Answer, Bound, Free, Known, Present
from qbo_connector.plan.push import Intent, plan_push
from qbo_connector.plan.values import Plan
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.standing import Standing

US = Company(
    name="Oak & Pine LLC",
    sales_tax=True,
    automated_tax=True,
    has_invoice=True,
    has_tax_code=True,
    custom_numbers=True,
)
GB = US.but(country="GB", home_currency="GBP", automated_tax=False)
INCOME = {"income": Present(qbo_id="79", name="Sales of Product Income")}
ACME = Party(external_id="cus_88", name="Acme Retail LLC", email="ap@acme.example")


def money(text: str | int | Decimal) -> Decimal:
    return Decimal(text)


def line(amount: str | Decimal = "10.00", **changes: Any) -> Line:
    """One piece of this price, of an item named by `item`."""
    name = changes.pop("item", "Stoneware Mug")
    item = name if isinstance(name, Item | None) else Item(external_id=f"p:{name}", name=name)
    fields = {"item": item, "amount": money(amount), "unit_price": money(amount)}
    return Line(**fields | changes)


def text_line(text: str = "Thank you for your order") -> Line:
    return Line(kind=LineKind.TEXT, description=text, amount=Decimal(0))


def invoice(*lines: Line, **changes: Any) -> Invoice:
    """An open invoice of these lines. Its total is what they come to."""
    lines = lines or (line(),)
    fees = changes.get("fees", ())
    tax = Decimal(0) if changes.get("prices_include_tax") else changes.get("tax_total", Decimal(0))
    total = sum((one.net for one in lines), Decimal(0)) - changes.get("discount_amount", Decimal(0))
    fields: dict[str, Any] = {
        "external_id": "inv_1",
        "number": "W-1042",
        "status": Status.OPEN,
        "issue_date": date(2026, 10, 2),
        "due_date": date(2026, 11, 1),
        "currency": "USD",
        "customer": ACME,
        "lines": lines,
        "total": total + tax + sum((fee.amount for fee in fees), Decimal(0)),
    }
    return Invoice(**fields | changes)


def rules(policies: Mapping[str, Any] | None = None, **changes: Any) -> Rules:
    """Rules of a pairing that sends what it is given: no start date, no filter."""
    declared = Policies.from_manifest({"cutoff": "none", **(policies or {})})
    return Rules(**{"policies": declared, "source_name": "Storefront", "scope": "7", **changes})


def standing(**changes: Any) -> Standing:
    return Standing(**{"connected": True, "company": US, **changes})


def bound(**changes: Any) -> Bound:
    fields: dict[str, Any] = {
        "binding_id": 3,
        "qbo_type": "Invoice",
        "qbo_id": "145",
        "number": "W-1042",
        "total": Decimal("10.00"),
        "sent_fingerprint": "",
        "source_fingerprint": "",
        "synced_at": None,
    }
    return Bound(**fields | changes)


def known(
    document: Invoice,
    obeyed: Rules,
    *,
    company: Company = US,
    lists: Mapping[str, Answer] | None = None,
    **changes: Any,
) -> Known:
    """Everything the document asks for exists, unless `lists` says otherwise by the end of its symbol."""
    answers: dict[str, Answer] = {
        question.symbol: Present(qbo_id=str(number), name=question.name, active=True)
        for number, question in enumerate(questions(document, obeyed, company).of_lists(), start=20)
    }
    for ending, answer in (lists or {}).items():
        symbols = [symbol for symbol in answers if symbol.endswith(ending)]
        assert symbols, f"nothing asked ends in {ending}"
        answers |= dict.fromkeys(symbols, answer)
    return Known(
        **{"company": company, "lists": answers, "accounts": INCOME, "number": Free(complete=True), **changes}
    )


def plan(
    document: Invoice,
    obeyed: Rules | None = None,
    *,
    company: Company = US,
    intent: Intent | None = None,
    stands: Standing | None = None,
    **changes: Any,
) -> Plan:
    """The plan of a push."""
    obeyed = obeyed or rules()
    return plan_push(
        document,
        known(document, obeyed, company=company, **changes),
        obeyed,
        stands or standing(company=company),
        intent or Intent(),
    )


def codes(planned: Plan) -> list[str]:
    """What stops the plan, by code."""
    return [str(finding.code) for finding in planned.refusals]


def warnings(planned: Plan) -> list[str]:
    """What the plan warns of, by code."""
    return [str(finding.code) for finding in planned.warnings]


def body(planned: Plan) -> Mapping[str, Any]:
    """The body of the document as it is sent, ids in place; new things go by their symbol."""
    step = planned.document_step
    assert step is not None, codes(planned)
    new = {one.symbol: one.symbol for one in planned.creates}
    sent: Mapping[str, Any] = resolved(step.body, {**planned.known_ids, **new})
    return sent


def sold(planned: Plan) -> list[Mapping[str, Any]]:
    """The sales lines of the body."""
    return [one for one in body(planned)["Line"] if one["DetailType"] == "SalesItemLineDetail"]


def quickbooks_net(planned: Plan) -> Decimal:
    """What QuickBooks adds up before tax: sales lines less the discount."""
    lines = body(planned)["Line"]
    listed = sum((one["Amount"] for one in sold(planned)), Decimal(0))
    return listed - sum((one["Amount"] for one in lines if one["DetailType"] == "DiscountLineDetail"), Decimal(0))


def quickbooks_total(planned: Plan, company: Company = US) -> Decimal:
    """What a US company shows: the tax it is told, if it uses sales tax and any line is taxed."""
    codes_used = {one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in sold(planned)}
    told = body(planned).get("TxnTaxDetail", {}).get("TotalTax", Decimal(0))
    return quickbooks_net(planned) + (told if company.sales_tax and "TAX" in codes_used else Decimal(0))
