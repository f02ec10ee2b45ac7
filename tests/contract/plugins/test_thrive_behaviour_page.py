"""The page that tells people what the Thrive source does says what the manifest and the required behaviour say."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from qbo_connector.canonical import Status
from tests.rig.requirements import Rows

PAGE = (Path(__file__).parents[3] / "docs" / "behaviour-thrive.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture
def manifest(thrive_entry):
    return thrive_entry.manifest


@pytest.mark.requirement("T-1")
def test_the_field_table_is_the_manifests(manifest):
    declared = [[row.source, row.quickbooks, row.note] for row in manifest.field_table]

    assert table("Which field lands where") == declared


@pytest.mark.requirement("T-10")
def test_the_statuses_are_the_manifests(manifest):
    eligible = manifest.policies.eligible_statuses
    declared = [[word, "yes" if status in eligible else "no"] for status, word in manifest.status_words.items()]

    assert table("Which invoices") == declared
    assert Status.DRAFT not in eligible


def test_every_promise_has_its_row_in_its_wording():
    rows = Rows.read()
    promised = [
        [row, wording]
        for row, wording in rows.wording.items()
        if row.startswith("T-") and row not in rows.furniture
    ]
    shown = table("What is promised, and where you see it")

    assert [row[:2] for row in shown] == promised
    assert all(row[2] for row in shown)


@pytest.mark.requirement("T-15")
def test_the_worked_example_is_what_the_sandbox_states(control):
    lines = [
        {"product_id": "prd_5", "variant_id": "var_51", "quantity": "12", "discount_value": "10"},
        {"product_id": "prd_9", "quantity": "2", "discount_type": "amount", "discount_value": "1.00"},
    ]
    invoice = control.post(
        "/invoices", lines=lines, discount_type="percent", discount_value="2.5", tax_rate="8.875"
    )["invoice"]

    (gross, discount) = re.findall(r"\*\*([\d.]+)\*\*", PAGE)
    sentence = re.search(r"tax that Thrive states, ([\d.]+): together ([\d.]+),", PAGE)
    assert sentence is not None
    assert Decimal(invoice["discount_total"]) == Decimal(discount)
    assert Decimal(invoice["tax_amount"]) == Decimal(sentence[1])
    assert Decimal(invoice["total"]) == Decimal(sentence[2])
    assert Decimal(gross) - Decimal(discount) + Decimal(sentence[1]) == Decimal(sentence[2])
