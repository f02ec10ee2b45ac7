"""Invoices and rules as they might come: every tax, discount, fee and price mode, drawn from a seed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
ZERO = Decimal(0)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A company to draw invoices for. `codes` are names of its tax codes by the source's tax on the lines."""

    name: str
    region: str
    currency: str
    rates: tuple[str, ...]
    codes: Mapping[str, str]
    automated: bool = True

    @property
    def in_us(self) -> bool:
        return self.region == "US"


US_RATES = ("8", "8.875", "7.25")
PLACES = (
    Place(name="US automated", region="US", currency="USD", rates=US_RATES, codes={}),
    Place(
        name="US manual",
        region="US",
        currency="USD",
        rates=US_RATES,
        codes={f"Tax {rate} %": "California" for rate in US_RATES},
        automated=False,
    ),
    Place(
        name="Canada",
        region="CA",
        currency="CAD",
        rates=("13", "5"),
        codes={"Tax 13 %": "HST ON", "Tax 5 %": "GST", "": "Exempt"},
    ),
    Place(
        name="Great Britain",
        region="GB",
        currency="GBP",
        rates=("20", "5"),
        codes={"Tax 20 %": "20.0% S", "Tax 5 %": "5.0% R", "": "No VAT"},
    ),
    Place(
        name="Australia",
        region="AU",
        currency="AUD",
        rates=("10",),
        codes={"Tax 10 %": "GST", "": "GST free"},
    ),
    Place(
        name="South Africa",
        region="ZA",
        currency="ZAR",
        rates=("15",),
        codes={"Tax 15 %": "Standard", "": "Exempt"},
    ),
)

ITEMS = (
    {"id": "p-1", "name": "Lamp", "sku": "LAMP"},
    {"id": "p-2", "name": "Chair", "variant": "Oak"},
    {"id": "s-1", "name": "Consulting", "kind": "service"},
    None,
)
QUANTITIES = ("1", "1", "2", "3", "12", "0.333", "1.25", "7.5", "0.01", "1000")
RULES = {
    "tax": {"pass_through": 6, "fold_if_us": 2, "fold": 2, "choose_or_none": 2, "reject": 1},
    "line_discount": {"sum": 4, "net_rate": 4, "negative_line": 4, "fold_if_us": 3, "reject": 1},
    "invoice_discount": {"discount_line": 4, "fold": 4, "fold_if_us": 3, "reject": 1},
    "fees": {"line": 7, "reject": 1},
    "item_missing": {"create": 3, "collecting_item": 2, "default_item": 1},
}
"""How often each value is drawn: those that refuse seldom, or they would hide the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One invoice under some rules. `tax` is the code a person picked for it, by name."""

    rules: Mapping[str, str]
    told: Json
    tax: str = ""


def drawn(random: Random, place: Place) -> Case:
    """The next case."""
    rules = {key: random.choices([*values], [*values.values()])[0] for key, values in RULES.items()}
    told = _invoice(random, place)
    if rules["item_missing"] == "create":
        told["lines"] = [_named(line) for line in told["lines"]]
    picks = rules["tax"] == "choose_or_none" and random.random() < 0.5
    codes = [name for name in place.codes.values() if name != "No VAT"] or ["California"]
    return Case(rules=rules, told=told, tax=random.choice(codes) if picks else "")


def _invoice(random: Random, place: Place) -> Json:
    lines = [_line(random) for _ in range(random.randint(1, 6))]
    subtotal = sum((_net(line) for line in lines), ZERO)
    invoice: Json = {"lines": lines, "currency": place.currency}
    off = ZERO
    if random.random() < 0.4 and subtotal > 0:
        invoice["discount"], off = _discount(random, subtotal)
        invoice["discount_amount"] = str(off)
    if random.random() < 0.4:
        invoice["fees"] = [_fee(random) for _ in range(random.randint(1, 2))]
    if random.random() < 0.75:
        _tax(random, place, invoice, off=off)
    return invoice


def _line(random: Random) -> Json:
    if random.random() < 0.08:
        return {"text_only": True, "description": "With thanks"}
    quantity = Decimal(random.choice(QUANTITIES))
    if random.random() < 0.04:
        quantity = -quantity
    price = Decimal(random.randint(1, 4_000_000)).scaleb(-random.choice((2, 2, 2, 3, 4)))
    amount = _cents(quantity * price)
    if random.random() < 0.1:
        amount += random.choice((CENT, -CENT))
    line: Json = {
        "item": random.choice(ITEMS),
        "quantity": str(quantity),
        "price": str(price),
        "amount": str(amount),
        "taxable": random.random() < 0.7,
    }
    if amount > 0 and random.random() < 0.35:
        line["discount"], off = _discount(random, amount)
        line["discount_amount"] = str(off)
    return line


def _named(line: Json) -> Json:
    return line if line.get("text_only") else {**line, "item": line["item"] or ITEMS[0]}


def _discount(random: Random, base: Decimal) -> tuple[Json, Decimal]:
    """A discount of this base, in percent or as an amount, and what it takes off."""
    if random.random() < 0.5:
        percent = Decimal(random.choice(("5", "10", "12.5", "33.33", "100")))
        return {"percent": str(percent)}, _cents(base * percent / HUNDRED)
    off = _cents(base * Decimal(random.randint(0, 100)) / HUNDRED)
    return {"amount": str(off)}, off


def _fee(random: Random) -> Json:
    kind = random.choice(("shipping", "late", "card"))
    amount = Decimal(random.randint(1, 5000)).scaleb(-2)
    return {"kind": kind, "name": f"{kind} fee", "amount": str(amount), "taxable": random.random() < 0.5}


def _tax(random: Random, place: Place, invoice: Json, *, off: Decimal) -> None:
    """One rate for all that is taxed, or each line with a rate of its own; summed per rate, or rounded by line."""
    reduced = sum((max(_net(line), ZERO) for line in invoice["lines"]), ZERO)
    included = random.random() < 0.3
    mixed = random.random() < 0.3 and len(place.rates) > 1
    by_line = random.random() < 0.2
    rate = random.choice(place.rates)
    bases: defaultdict[str, list[Decimal]] = defaultdict(list)
    for line in invoice["lines"]:
        if line.get("text_only"):
            continue
        own = random.choice(place.rates) if mixed else rate
        if mixed and line["taxable"]:
            line["tax"] = {"name": f"Tax {own} %", "rate": own}
        if line["taxable"]:
            net = _net(line)
            bases[own].append(net - (off * max(net, ZERO) / reduced if reduced else ZERO))
    for fee in invoice.get("fees", []):
        if fee["taxable"]:
            bases[rate].append(Decimal(fee["amount"]))
    amounts = (_amount(parts, Decimal(one), included=included, by_line=by_line) for one, parts in bases.items())
    amount = sum(amounts, ZERO)
    invoice["tax"] = {"name": "Tax", "rate": rate, "included": included, "amount": str(amount)}


def _amount(parts: list[Decimal], rate: Decimal, *, included: bool, by_line: bool) -> Decimal:
    share = rate / (HUNDRED + rate) if included else rate / HUNDRED
    return sum((_cents(part * share) for part in parts), ZERO) if by_line else _cents(sum(parts, ZERO) * share)


def _net(line: Json) -> Decimal:
    return Decimal(line.get("amount", "0")) - Decimal(line.get("discount_amount", "0"))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
