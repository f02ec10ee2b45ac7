"""The properties that every source has, as the canonical invoice, its customer and its lines state them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from qbo_connector.canonical import Invoice, ItemKind, Line, LineKind, Status
from qbo_connector.policy.properties import About, Content, Contents, Property, PropertyType

TEXT, NUMBER, DATE, CHOICE, YES_NO = PropertyType
STATUSES = tuple((str(status), status.replace("_", " ").capitalize()) for status in Status)
ITEM_KINDS = ((str(ItemKind.PRODUCT), "Product"), (str(ItemKind.SERVICE), "Service"))


def _one(value: Any) -> Contents:
    """A value of a canonical field: an empty text or a missing one is no value; of an instant, the day counts."""
    if value is None or value == "":
        return ()
    if isinstance(value, datetime):
        return (value.date(),)
    content: Content = value
    return (content,)


def _document(key: str, label: str, type_: PropertyType, get: Callable[[Invoice], Any], **more: Any) -> Property:
    return Property(
        key=key, label=label, type=type_, about=About.DOCUMENT, read=lambda document: _one(get(document)), **more
    )


def _customer(key: str, label: str, get: Callable[[Any], Any]) -> Property:
    return Property(
        key=f"customer.{key}",
        label=label,
        type=TEXT,
        about=About.CUSTOMER,
        read=lambda document: _one(get(document.customer)),
    )


def _line(key: str, label: str, type_: PropertyType, get: Callable[[Line], Any], **more: Any) -> Property:
    def read(document: Invoice) -> Contents:
        lines = (line for line in document.lines if line.kind is LineKind.ITEM)
        return tuple(dict.fromkeys(value for line in lines for value in _one(get(line))))

    return Property(key=f"line.{key}", label=label, type=type_, about=About.LINE, read=read, **more)


CORE: tuple[Property, ...] = (
    _document("number", "Number", TEXT, lambda document: document.number),
    _document("status", "Status", CHOICE, lambda document: str(document.status), choices=STATUSES),
    _document("issue_date", "Invoice date", DATE, lambda document: document.issue_date),
    _document("due_date", "Due date", DATE, lambda document: document.due_date),
    _document("created_at", "Created on", DATE, lambda document: document.created_at),
    _document("updated_at", "Changed on", DATE, lambda document: document.updated_at),
    _document("total", "Total", NUMBER, lambda document: document.total),
    _document("tax_total", "Tax", NUMBER, lambda document: document.tax_total),
    _document("amount_paid", "Amount paid", NUMBER, lambda document: document.amount_paid),
    _document("currency", "Currency", TEXT, lambda document: document.currency),
    _document("location", "Location", TEXT, lambda document: document.location and document.location.name),
    _document("subsidiary", "Subsidiary", TEXT, lambda document: document.subsidiary and document.subsidiary.name),
    _document("subject", "Subject", TEXT, lambda document: document.memos.subject),
    _document("note", "Note", TEXT, lambda document: document.memos.note),
    _document("po_number", "PO number", TEXT, lambda document: document.memos.po_number),
    _document("terms", "Terms", TEXT, lambda document: document.memos.terms),
    _document("finalized", "Finalized", YES_NO, lambda document: document.finalized),
    _customer("name", "name", str),
    _customer("company", "company", lambda party: party.company),
    _customer("email", "e-mail", lambda party: party.email),
    _customer("phone", "phone", lambda party: party.phone),
    _customer("country", "country", lambda party: party.billing_address.country),
    _customer("state", "state", lambda party: party.billing_address.state),
    _customer("city", "city", lambda party: party.billing_address.city),
    _line("product", "product", TEXT, lambda line: line.item and line.item.full_name),
    _line("sku", "SKU", TEXT, lambda line: line.item and line.item.sku),
    _line("kind", "kind of product", CHOICE, lambda line: line.item and str(line.item.kind), choices=ITEM_KINDS),
    _line("service_type", "service type", TEXT, lambda line: line.item and line.item.service_type),
    _line("description", "description", TEXT, lambda line: line.description),
    _line("quantity", "quantity", NUMBER, lambda line: line.quantity),
    _line("amount", "amount", NUMBER, lambda line: line.net),
    _line("class", "class", TEXT, lambda line: line.class_name),
    _line("taxed", "taxed", YES_NO, lambda line: line.taxed),
)
"""Every plugin fills them as far as its source has them."""
