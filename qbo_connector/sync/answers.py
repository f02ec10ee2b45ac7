"""Answers of people about one record, kept among its overrides, and how they become part of its rules."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qbo_connector.policy.answers import Answers, Kept, NewItem
from qbo_connector.policy.rules import Rules

NEW_CUSTOMER = "new_customer"
NEW_ITEMS = "new_items"
NEW_LOCATION = "new_location"
TAXES = "taxes"
VOID_COPY = "void_copy"
KEPT = "kept"
SERVICE = "service"


def with_answers(rules: Rules, overrides: Mapping[str, Any] | None) -> Rules:
    """The pairing's rules with what people answered about this one record."""
    given = overrides or {}
    answers = Answers(
        new_customer=str(given.get(NEW_CUSTOMER, "")),
        new_items={symbol: _new_item(told) for symbol, told in given.get(NEW_ITEMS, {}).items()},
        new_location=str(given.get(NEW_LOCATION, "")),
        void_copy=bool(given.get(VOID_COPY)),
        kept={key: Kept(**told) for key, told in given.get(KEPT, {}).items()},
    )
    return replace(rules, answers=answers, taxes={**rules.taxes, **given.get(TAXES, {})})


def _new_item(told: Mapping[str, str]) -> NewItem:
    return NewItem(
        name=told["name"],
        sku=told.get("sku", ""),
        is_service=told.get("kind") == SERVICE,
        income_account=told.get("income_account", ""),
    )
