"""What an admin may do about a mapping that is broken: which one is meant, and what its two sides could be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qbo_connector.canonical.keys import name_key
from qbo_connector.mapping.targets import CUSTOM, Target
from qbo_connector.plan.field_mapping import mapping_complaint
from qbo_connector.policy.catalogue import Reason, Role
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.properties import Property
from qbo_connector.sync.field_mapping import MappingPage, OwnRow, mapping_page
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.views import Choices, FixChoices, Options, Presets

CHANGE, REMOVE = "no", "yes"
"""The answers to whether the mapping is removed."""

REMOVING: Options = ((CHANGE, "Change it to these fields"), (REMOVE, "Remove this mapping"))
NONE_CHOSEN = ("", "Choose a field")
AS_IT_IS = ("", "As it is")
NO_MAPPING_CHOSEN = ("", "Choose a mapping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the button that mends a mapping asks: the answers known already, and what can be chosen."""

    answers: Presets = field(default_factory=dict)
    choices: FixChoices = field(default_factory=dict)


NOTHING_OFFERED = Offer()


def offer_of(services: Services, situation: Situation, code: str, subject: str, role: Role) -> Offer:
    """What `map_field` asks this reader about a finding; without choices where no mapping is meant.

    A filter may speak of a lost field as well: then the finding names one that no mapping has. Asks the source for
    its own fields, QuickBooks for nothing: the press reads the company's fields anew.
    """
    least = services.catalogue.actions[Fix.MAP_FIELD].least_role
    if code != Reason.FIELD_MAPPING_GONE or not role.may_act_as(least):
        return NOTHING_OFFERED
    page = mapping_page(services, situation.record.organization_id, situation.pairing.id)
    match mappings_meant(page.own, subject):
        case []:
            return _offer({"subject": subject}, {})
        case [one]:
            return _of_one(page, one, situation.rules.policies)
        case several:
            return _of_several(page, several)


def mappings_meant(own: Sequence[OwnRow], subject: str) -> list[OwnRow]:
    """The mappings that a finding may be about, by what it names: the field filled, or the one it is filled from.

    A refusal of QuickBooks names neither (fault 3000): then it is one that is broken by now, or any that fills a
    custom field.
    """
    if subject:
        filling = [row for row in own if row.target_key == subject]
        return filling or [row for row in own if row.source_key == subject]
    return [row for row in own if row.complaint] or [row for row in own if row.target_key.startswith(CUSTOM)]


def _of_one(page: MappingPage, row: OwnRow, policies: Policies) -> Offer:
    """Of a side that is still there, what fits the other; a lost one is guessed by the name of what is left."""
    taken = {one.target_key for one in page.own if one.place != row.place}
    source = next((one for one in page.sources if one.key == row.source_key), None)
    target = next((one for one in page.targets if one.key == row.target_key), None)

    def fit(one: Property, other: Target) -> bool:
        return not mapping_complaint(one, other, policies=policies, taken=taken)

    from_sources, from_targets = (source,) if source else page.sources, (target,) if target else page.targets
    sources = [one for one in page.sources if one == source or any(fit(one, other) for other in from_targets)]
    targets = [other for other in page.targets if other == target or any(fit(one, other) for one in from_sources)]
    return _offer(
        {
            "subject": row.target_key,
            "source_field": _kept(source, target, sources),
            "target_field": _kept(target, source, targets),
            "remove": CHANGE,
        },
        {
            "source_field": (*(() if source else (NONE_CHOSEN,)), *_of_sources(sources)),
            "target_field": (*(() if target else (NONE_CHOSEN,)), *_of_targets(targets)),
            "remove": REMOVING,
        },
    )


def _of_several(page: MappingPage, rows: Sequence[OwnRow]) -> Offer:
    """Which one is meant is asked first; what is left as it is stays."""
    meant = ((row.target_key, f"{row.source} → {row.quickbooks}") for row in rows)
    return _offer(
        {"remove": CHANGE},
        {
            "subject": (NO_MAPPING_CHOSEN, *meant),
            "source_field": (AS_IT_IS, *_of_sources(page.sources)),
            "target_field": (AS_IT_IS, *_of_targets(page.targets)),
            "remove": REMOVING,
        },
    )


def _offer(answers: Mapping[str, str], choices: Choices) -> Offer:
    known = {name: value for name, value in answers.items() if value}
    return Offer(answers={Fix.MAP_FIELD: known}, choices={Fix.MAP_FIELD: choices})


def _kept(
    side: Property | Target | None, other: Property | Target | None, fitting: Sequence[Property | Target]
) -> str:
    """The side as it stands, or the only field that is called like the other side; empty where there is none."""
    if side is not None:
        return side.key
    named_alike = [one.key for one in fitting if other and name_key(one.label) == name_key(other.label)]
    return named_alike[0] if len(named_alike) == 1 else ""


def _of_sources(found: Sequence[Property]) -> Options:
    return tuple((one.key, one.title) for one in found)


def _of_targets(found: Sequence[Target]) -> Options:
    return tuple((one.key, one.label) for one in found)
