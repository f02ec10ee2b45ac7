"""The field mappings of a sync: default fields with their switches, own mappings, the field of the memo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qbo_connector.mapping.targets import CUSTOM, Target, find_target, targets
from qbo_connector.plan.field_mapping import mapping_complaint
from qbo_connector.policy.field_mappings import DefaultField, is_locked, may_map, offered_defaults
from qbo_connector.policy.own_rules import LIVE
from qbo_connector.policy.policies import CustomMappings, MemoSource, MemoTarget, Policies
from qbo_connector.policy.properties import About, Property
from qbo_connector.store import entitlements, mirror
from qbo_connector.store.pairings import Pairing
from qbo_connector.sync.ground import Ground, ground_of
from qbo_connector.sync.history import OPERATOR
from qbo_connector.sync.pairings import RulesChanged, set_rules
from qbo_connector.sync.services import Services
from qbo_connector.sync.source_properties import Vocabulary, remembered, vocabulary_of

MOST_MAPPINGS = 20
PREFERENCES = "Preferences"

WORDS: Mapping[DefaultField, tuple[str, str]] = {
    DefaultField.DUE_DATE: ("Due date", "Due date"),
    DefaultField.EMAIL: ("Billing e-mail", "Customer e-mail on the invoice"),
    DefaultField.BILLING_ADDRESS: ("Billing address", "Billing address on the invoice"),
    DefaultField.SHIPPING_ADDRESS: ("Shipping address", "Shipping to"),
    DefaultField.LOCATION: ("Location", "Location"),
    DefaultField.CLASS: ("Class", "Class"),
    DefaultField.MEMO: ("Memo", "Message on invoice"),
}
ALWAYS = (
    ("Number", "Invoice no."),
    ("Customer", "Customer"),
    ("Invoice date", "Invoice date"),
    ("Lines, prices, discounts, fees", "Lines, discount, shipping"),
    ("Tax", "Sales tax"),
)
"""What an invoice cannot do without."""


class MappingRefused(Exception):
    """A mapping that cannot be saved; the message is a sentence for the person who wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRow:
    """One default mapping."""

    field: str
    source: str
    quickbooks: str
    on: bool
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One own mapping. `complaint` says what is wrong with it by now."""

    place: int
    source_key: str
    target_key: str
    source: str
    quickbooks: str
    complaint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPage:
    """Everything that the page of field mappings shows."""

    pairing: Pairing
    source_name: str
    company: str
    defaults: tuple[DefaultRow, ...]
    own: tuple[OwnRow, ...]
    sources: tuple[Property, ...]
    targets: tuple[Target, ...]
    offered: bool
    """Whether this source has own mappings at all."""
    may_add: bool
    memo_fields: tuple[Property, ...]
    """The fields to choose the memo's from, where the memo is one of the custom fields (P-11)."""
    memo_field: str
    read_at: datetime | None
    complete: bool

    @property
    def always(self) -> tuple[tuple[str, str], ...]:
        """The fields that cannot be switched off, on both sides."""
        return ALWAYS

    def find(self, place: int) -> OwnRow | None:
        """The own mapping at this place."""
        return next((row for row in self.own if row.place == place), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """The ground of a sync, with the fields that can be mapped there."""

    ground: Ground
    vocabulary: Vocabulary
    granted: frozenset[str]
    read_at: datetime | None

    @property
    def policies(self) -> Policies:
        return self.ground.rules.policies

    @property
    def stored(self) -> Mapping[str, Any]:
        return self.ground.pairing.rules

    @property
    def rows(self) -> list[dict[str, str]]:
        return [dict(row) for row in self.stored.get("mappings", ())]


def mapping_page(services: Services, organization_id: int, pairing_id: int) -> MappingPage:
    """The field mappings as they stand; asks the source for its own fields, QuickBooks for nothing.

    Raises:
        NotThere: the organization has no such pairing.
        ConfigurationError: its plugin is not installed.
    """
    fields = _fields(services, organization_id, pairing_id)
    usable = tuple(one for one in fields.vocabulary.properties.values() if one.about is not About.LINE)
    return MappingPage(
        pairing=fields.ground.pairing,
        source_name=fields.ground.rules.source_name,
        company=fields.ground.connection.company_name,
        defaults=tuple(_defaults(fields)),
        own=tuple(_own(fields)),
        sources=usable,
        targets=targets(fields.ground.company),
        offered=fields.policies.custom_mappings is not CustomMappings.NO,
        may_add=may_map(fields.policies, fields.granted),
        memo_fields=_memo_fields(fields),
        memo_field=fields.stored.get("memo_field", ""),
        read_at=fields.read_at,
        complete=fields.vocabulary.complete,
    )


def save_mapping(
    services: Services,
    organization_id: int,
    pairing_id: int,
    *,
    source: str,
    target: str,
    place: int | None = None,
    expected_version: int | None = None,
    asked_by: str = OPERATOR,
) -> None:
    """Add a mapping, or put it in the place of another one (H-37, H-38).

    Raises:
        NotThere: the organization has no such pairing.
        MappingRefused: the two do not go together, or the plan does not include it.
        RulesChanged: somebody else changed the rules meanwhile; or since this version, where one is told.
    """
    fields = _fields(services, organization_id, pairing_id, expected_version=expected_version)
    rows = fields.rows
    editing = place is not None and 0 <= place < len(rows)
    others = [row for number, row in enumerate(rows) if not (editing and number == place)]
    _refuse(fields, source, target, others, adding=not editing)
    made = {"source": source, "target": target}
    if editing and place is not None:
        rows[place] = made
    else:
        rows.append(made)
    live = remembered(fields.vocabulary, fields.stored, source)
    _set(services, fields, {"mappings": rows, LIVE: live}, asked_by)


def delete_mapping(
    services: Services,
    organization_id: int,
    pairing_id: int,
    place: int,
    *,
    expected_version: int | None = None,
    asked_by: str = OPERATOR,
) -> bool:
    """Take a mapping away; what it filled in QuickBooks stays as it is. False if there was none at this place.

    Raises:
        NotThere: the organization has no such pairing.
        RulesChanged: somebody else changed the rules meanwhile; or since this version, where one is told.
    """
    fields = _fields(services, organization_id, pairing_id, expected_version=expected_version)
    rows = fields.rows
    if not 0 <= place < len(rows):
        return False
    _set(services, fields, {"mappings": [row for number, row in enumerate(rows) if number != place]}, asked_by)
    return True


def switch_defaults(
    services: Services,
    organization_id: int,
    pairing_id: int,
    *,
    on: Sequence[str],
    memo_field: str = "",
    asked_by: str = OPERATOR,
) -> None:
    """Let exactly these default fields travel; locked ones always do (H-35).

    Raises:
        NotThere: the organization has no such pairing.
        RulesChanged: somebody else changed the rules meanwhile.
    """
    fields = _fields(services, organization_id, pairing_id)
    off = [
        str(one)
        for one in offered_defaults(fields.policies)
        if str(one) not in on and not is_locked(one, fields.policies)
    ]
    allowed = {one.key.removeprefix("custom.") for one in _memo_fields(fields)}
    changes: dict[str, Any] = {"switched_off": off}
    if memo_field in allowed:
        changes["memo_field"] = memo_field
    _set(services, fields, changes, asked_by)


def _fields(
    services: Services, organization_id: int, pairing_id: int, *, expected_version: int | None = None
) -> _Fields:
    with services.database.reading() as session:
        ground = ground_of(services, session, organization_id, pairing_id)
        if expected_version not in (None, ground.pairing.rules_version):
            raise RulesChanged
        granted = entitlements.list_current(session, organization_id, ground.account.source_key)
        feed = mirror.feed(session, ground.connection.id, PREFERENCES)
    return _Fields(
        ground=ground,
        vocabulary=vocabulary_of(services, ground.pairing, ground.account),
        granted=frozenset(grant.entitlement for grant in granted),
        read_at=feed.ran_at,
    )


def _defaults(fields: _Fields) -> list[DefaultRow]:
    off = fields.stored.get("switched_off", ())
    memo_place = {MemoTarget.STATEMENT_MEMO: "Memo on statement"}.get(fields.policies.memo_target)
    rows = []
    for one in offered_defaults(fields.policies):
        source, quickbooks = WORDS[one]
        locked = is_locked(one, fields.policies)
        rows.append(
            DefaultRow(
                field=str(one),
                source=source,
                quickbooks=(memo_place if one is DefaultField.MEMO else None) or quickbooks,
                on=locked or str(one) not in off,
                locked=locked,
            )
        )
    return rows


def _own(fields: _Fields) -> list[OwnRow]:
    rows = []
    for place, row in enumerate(fields.rows):
        source = fields.vocabulary.properties.get(row["source"])
        target = find_target(fields.ground.company, row["target"])
        rows.append(
            OwnRow(
                place=place,
                source_key=row["source"],
                target_key=row["target"],
                source=source.title if source else row["source"],
                quickbooks=target.label if target else f"Custom field {row['target'].removeprefix(CUSTOM)}",
                complaint=_gone(fields.ground.rules.source_name, source, target),
            )
        )
    return rows


def _gone(source_name: str, source: Property | None, target: Target | None) -> str:
    if source is None:
        return f"{source_name} does not have this field any more. Choose another one, or delete the mapping."
    if target is None:
        return "QuickBooks does not have this field any more. Choose another one, or delete the mapping."
    return ""


def _refuse(
    fields: _Fields, source: str, target: str, others: Sequence[Mapping[str, str]], *, adding: bool
) -> None:
    if adding and not may_map(fields.policies, fields.granted):
        raise MappingRefused("Own mappings belong to a paid plan.")
    if len(others) >= MOST_MAPPINGS:
        raise MappingRefused(f"A sync has at most {MOST_MAPPINGS} own mappings.")
    field, place = fields.vocabulary.properties.get(source), find_target(fields.ground.company, target)
    if field is None or place is None:
        raise MappingRefused("Choose a field on both sides.")
    taken = {row["target"] for row in others}
    if complaint := mapping_complaint(field, place, policies=fields.policies, taken=taken):
        raise MappingRefused(complaint)


def _memo_fields(fields: _Fields) -> tuple[Property, ...]:
    if fields.policies.memo_source is not MemoSource.CUSTOM_FIELD:
        return ()
    return tuple(one for one in fields.vocabulary.properties.values() if one.key.startswith("custom."))


def _set(services: Services, fields: _Fields, changes: Mapping[str, Any], asked_by: str) -> None:
    pairing = fields.ground.pairing
    version = pairing.rules_version
    set_rules(services, pairing.organization_id, pairing.id, changes, expected_version=version, asked_by=asked_by)
