"""A document as a page of paper."""

from typing import TYPE_CHECKING

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.wire.numbers import decimal_of

if TYPE_CHECKING:
    from fpdf import FPDF

_WIDTHS = (100, 25, 30, 35)


def pdf_of(company: Company, record: Record) -> bytes:
    """The PDF of a sales form, a payment or an order."""
    from fpdf import FPDF  # noqa: PLC0415  # loads half a second of font tools that few runs need

    pdf = FPDF(format="letter")
    pdf.add_page()
    _head(pdf, company, record)
    for line in record.body.get("Line", []):
        _line(pdf, line)
    _total(pdf, record.body)
    return bytes(pdf.output())


def _head(pdf: "FPDF", company: Company, record: Record) -> None:
    body = record.body
    info = company.table("CompanyInfo")["1"].body
    title = f"{record.kind.title or record.kind.name} {body.get('DocNumber', record.id)}"
    party = (body.get("CustomerRef") or body.get("VendorRef") or {}).get("name", "")
    pdf.set_font("Helvetica", style="B", size=18)
    _row(pdf, str(info["CompanyName"]), height=10)
    pdf.set_font("Helvetica", size=11)
    for text in (title, f"Date: {body.get('TxnDate', '')}", f"Due: {body.get('DueDate', '')}", f"To: {party}", ""):
        if not text.endswith(": "):
            _row(pdf, text, height=6)


def _line(pdf: "FPDF", line: Body) -> None:
    detail: Body = line.get(str(line["DetailType"]), {})
    text = (
        line.get("Description")
        or detail.get("ItemRef", {}).get("name")
        or _LABELS.get(str(line["DetailType"]), "")
    )
    cells = (text, detail.get("Qty", ""), detail.get("UnitPrice", ""), line.get("Amount", ""))
    for width, cell, align in zip(_WIDTHS, cells, "LRRR", strict=True):
        pdf.cell(width, 7, _latin(str(cell))[:60], align=align)
    pdf.ln(7)


def _total(pdf: "FPDF", body: Body) -> None:
    tax = body.get("TxnTaxDetail", {}).get("TotalTax", 0)
    if decimal_of(tax):
        _row(pdf, f"Tax {tax}", height=7)
    pdf.set_font("Helvetica", style="B", size=12)
    currency = body.get("CurrencyRef", {}).get("value", "")
    _row(pdf, f"Total {currency} {body.get('TotalAmt', 0)}", height=9)


def _row(pdf: "FPDF", text: str, *, height: float) -> None:
    pdf.cell(0, height, _latin(text), new_x="LMARGIN", new_y="NEXT")


def _latin(text: str) -> str:
    """The standard fonts know Latin-1 only."""
    return text.encode("latin-1", "replace").decode("latin-1")


_LABELS = {"SubTotalLineDetail": "Subtotal", "DiscountLineDetail": "Discount"}
