"""What a fresh sandbox holds. Ids are stable, dates are near today."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from qbo_source_thrive.sandbox.records import Address, Customer, Invoice, Location, Product, Variant
from qbo_source_thrive.sandbox.store import Store
from qbo_source_thrive.sandbox.writing import create

BOTH = frozenset({"loc_7", "loc_8"})

LOCATIONS = (
    Location(id="loc_7", name="Portland Store", address=Address(line1="12 Dock St", city="Portland", state="OR",
                                                                postal_code="97209")),
    Location(id="loc_8", name="Salem Warehouse", address=Address(line1="4 Mill Rd", city="Salem", state="OR",
                                                                 postal_code="97301")),
)  # fmt: skip

CUSTOMERS = (
    Customer(id="cus_88", name="Acme Retail LLC", email="ap@acme.example", phone="+15035550100",
             billing_address=Address(line1="1 Main St", city="Portland", state="OR", postal_code="97201")),
    Customer(id="cus_89", name="Harbor Coffee Roasters", email="books@harbor.example", phone="+15035550141",
             billing_address=Address(line1="77 Pier Ave", city="Astoria", state="OR", postal_code="97103")),
    Customer(id="cus_90", name="Fern & Fir Gifts", email="orders@fernfir.example",
             billing_address=Address(line1="9 Cedar Ln", city="Bend", state="OR", postal_code="97701")),
)  # fmt: skip

PRODUCTS = (
    Product(id="prd_5", name="Stoneware Mug", variants=(
        Variant(id="var_51", name="Blue", sku="MUG-BLU", price=Decimal("9.50"), location_ids=BOTH),
        Variant(id="var_52", name="Sand", sku="MUG-SND", price=Decimal("9.50"), location_ids=BOTH),
        Variant(id="var_53", name="Red", sku="MUG-RED", price=Decimal("10.25"), location_ids=frozenset({"loc_8"})),
    )),
    Product(id="prd_6", name="Linen Apron", variants=(
        Variant(id="var_61", name="S", sku="APR-S", price=Decimal("34.00"), location_ids=BOTH),
        Variant(id="var_62", name="L", sku="APR-L", price=Decimal("36.00"), location_ids=BOTH),
    )),
    Product(id="prd_9", name="Gift Box", variants=(
        Variant(sku="BOX", price=Decimal("4.00"), location_ids=BOTH),
    )),
    Product(id="prd_12", name="Engraving", kind="service", taxable=False, variants=(
        Variant(sku="ENGRAVE", price=Decimal("18.00"), location_ids=BOTH),
    )),
)  # fmt: skip

INVOICES: tuple[Mapping[str, Any], ...] = (
    {"sample": "draft", "number": "W-1041", "customer_id": "cus_90",
     "lines": [{"product_id": "prd_6", "variant_id": "var_61", "quantity": "3"}]},
    {"sample": "partially_paid", "number": "W-1042", "status": "partially_paid", "paid": "50.00", "days_ago": 12,
     "lines": [{"product_id": "prd_5", "variant_id": "var_51", "quantity": "12", "discount_value": "10"},
               {"product_id": "prd_9", "quantity": "2", "discount_type": "amount", "discount_value": "1.00"}],
     "discount_type": "amount", "discount_value": "5.00", "shipping_amount": "12.00",
     "notes": "Leave at dock B"},
    {"sample": "open", "number": "W-1043", "status": "open", "customer_id": "cus_89", "days_ago": 5,
     "lines": [{"product_id": "prd_5", "variant_id": "var_52", "quantity": "24"},
               {"product_id": "prd_6", "variant_id": "var_62", "quantity": "4"}]},
    {"sample": "taxed", "number": "W-1044", "status": "open", "customer_id": "cus_89", "days_ago": 4,
     "tax_rate": "8.875", "discount_type": "percent", "discount_value": "2.5",
     "lines": [{"product_id": "prd_5", "variant_id": "var_51", "quantity": "7"},
               {"product_id": "prd_12", "quantity": "1.5"}]},
    {"sample": "paid", "number": "S-2001", "status": "paid", "type": "regular", "customer_id": "cus_90",
     "paid": "90.00", "days_ago": 20, "notes": "Engraving for the spring fair",
     "lines": [{"product_id": "prd_12", "quantity": "5"}]},
    {"sample": "uncollectable", "number": "W-1039", "status": "uncollectable", "customer_id": "cus_90",
     "days_ago": 120, "lines": [{"product_id": "prd_9", "quantity": "10"}]},
    {"sample": "not_at_location", "number": "W-1045", "status": "open", "days_ago": 1,
     "lines": [{"product_id": "prd_5", "variant_id": "var_53", "quantity": "6"},
               {"product_id": "prd_9", "quantity": "6"}]},
)  # fmt: skip


def sow(store: Store, seed: str) -> Mapping[str, str]:
    """Fill the store; answer the ids of the samples by what they show."""
    store.clear(CUSTOMERS, LOCATIONS, PRODUCTS)
    if seed == "empty":
        return MappingProxyType({})
    announce, store.announce = store.announce, _nobody
    try:
        return MappingProxyType({str(each["sample"]): _sown(store, each) for each in INVOICES})
    finally:
        store.announce = announce


def _nobody(_event: str, _invoice: Invoice) -> None:
    """What was there before anybody listened is no news."""


def _sown(store: Store, told: Mapping[str, Any]) -> str:
    issue = datetime.now(UTC).date() - timedelta(days=told.get("days_ago", 0))
    fields = {name: value for name, value in told.items() if name not in {"sample", "days_ago"}}
    return create(store, {**fields, "issue_date": issue.isoformat()}).id
