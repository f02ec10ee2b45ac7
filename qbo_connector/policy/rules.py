"""The rules of one pairing: its source's policies, overlaid by its admin's choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qbo_connector.policy.answers import Answers
from qbo_connector.policy.own_rules import OwnRules
from qbo_connector.policy.policies import Policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything a plan obeys. Ids are QuickBooks ids that a person chose."""

    policies: Policies
    source_name: str
    """How the source is called to people; a brand name where the installation has one."""
    scope: str = ""
    """Stands before a source's own ids, so that two source accounts of one company do not mix."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Account by role: income, discount, shipping."""
    default_item: str = ""
    """QuickBooks item for lines without a match (P-12)."""
    items: Mapping[str, str] = field(default_factory=dict)
    """QuickBooks item by the source's product id or service type, chosen once by a person (P-12)."""
    taxes: Mapping[str, str] = field(default_factory=dict)
    """Tax code by the source's tax, chosen once by a person."""
    memo_field: str = ""
    """The custom field whose text becomes the memo."""
    chosen_tax: str = ""
    """Tax code that a person chose for this one document (P-16)."""
    subsidiary: str = ""
    """The source's id of the one subsidiary whose documents belong here (P-5)."""
    chosen_customer: str = ""
    """Customer that a person picked for this one document (P-14)."""
    dismissed: frozenset[str] = frozenset()
    """Codes of warnings about the set-up that an admin set aside (T-9)."""
    own: OwnRules = field(default_factory=OwnRules)
    """Filters, field mappings and switches that an admin added."""
    answers: Answers = field(default_factory=Answers)
    """What people answered about this one document."""
