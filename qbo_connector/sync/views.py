"""What pages, widget and API show: findings, checks, documents and operations in words, never in codes alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qbo_connector.errors import ConnectorError
from qbo_connector.plan.values import Compared
from qbo_connector.policy.catalogue import Finding, FixButton, Reason, Role
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.check import Check
from qbo_connector.policy.saying import said
from qbo_connector.store.findings import Finding as FindingRow
from qbo_connector.sync.services import Services

Options = tuple[tuple[str, str], ...]
"""What can be chosen: each value with its words."""

Choices = Mapping[str, Options]
"""By input, what can be chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixView:
    """One button. `allowed` says whether this reader may press it; `url` is set for links."""

    action: str
    button: str
    allowed: bool
    words: str = ""
    """What it does, where `button` only says whom to ask."""
    inputs: tuple[str, ...] = ()
    preset: Mapping[str, str] = field(default_factory=dict)
    settled: tuple[str, ...] = ()
    """Inputs that the finding answers by itself: they go back as they came, and nobody is asked."""
    choices: Choices = field(default_factory=dict)
    """Inputs that are answered by one of these; of the others the form knows by itself what they are."""
    writes: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding in words, with its buttons."""

    code: str
    cls: str
    sentence: str
    explanation: str
    remedy: str
    details: Mapping[str, str] = field(default_factory=dict)
    fixes: tuple[FixView, ...] = ()
    count: int = 1
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check of a list. `state` is passed, warn or block; a passed one says what was found good."""

    code: str
    passed: bool
    state: str
    sentence: str
    explanation: str = ""
    remedy: str = ""
    fixes: tuple[FixView, ...] = ()
    stands: str = ""
    """What the record says where a filter asks for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickBooksLink:
    """A document in QuickBooks, for people."""

    url: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """One field that differs between the source and QuickBooks. `key` is for programs, the rest for people."""

    key: str
    field: str
    source: str
    quickbooks: str
    winners: tuple[str, ...]
    """Sides that can be chosen."""
    why: str = ""
    """Why only one can."""


def compared_view(one: Compared, source_name: str) -> ComparedView:
    """A field of both versions, and which of them may win it."""
    locked = one.kept is None
    return ComparedView(
        key=one.key,
        field=one.label,
        source=one.source,
        quickbooks=one.quickbooks,
        winners=("source",) if locked else ("source", "quickbooks"),
        why=only_the_source(one.label, source_name) if locked else "",
    )


def only_the_source(label: str, source_name: str) -> str:
    """Why QuickBooks cannot win a field: what stands there means nothing without the rest of its version."""
    return f"{source_name}'s version; to keep QuickBooks' {label.lower()}, keep its version as a whole"


Urls = Mapping[Fix, str]
"""Where the buttons that are links lead."""

NO_URLS: Urls = {}

Presets = Mapping[Fix, Mapping[str, str]]
"""What is known already of the answers that buttons ask for."""

NO_PRESETS: Presets = {}

FixChoices = Mapping[Fix, Choices]
"""The same for each button."""

NO_CHOICES: FixChoices = {}

ANSWERED = frozenset(
    {
        "subject",
        "qbo_type",
        "qbo_id",
        "field",
        "source_tax",
        "account_role",
        "source_location",
        "operation",
        "check",
        "seen",
    }
)
"""Inputs that name what the finding is about: where they are known, asking for them would be asking twice."""

MEANT_ALREADY = {Fix.REACTIVATE_ITEM: frozenset({"qbo_item_id"})}
"""Inputs of single buttons for which the same holds."""

CARRIED_OUT = frozenset(
    {
        Fix.ALLOW_DUPLICATE_NUMBER,
        Fix.CHECK_AGAIN,
        Fix.CORRECT_FIELD,
        Fix.CREATE_CUSTOMER,
        Fix.CREATE_ITEM,
        Fix.CREATE_LOCATION,
        Fix.DISMISS,
        Fix.INCLUDE_ANYWAY,
        Fix.LINK_CUSTOMER,
        Fix.LINK_EXISTING_INVOICE,
        Fix.LINK_ITEM,
        Fix.MAP_FIELD,
        Fix.MAP_LOCATION,
        Fix.MERGE_FIELDS,
        Fix.OPEN_PREVIEW,
        Fix.OVERRIDE_PREFLIGHT,
        Fix.PICK_TAX_CODE,
        Fix.POST_AGAIN,
        Fix.REACTIVATE_ITEM,
        Fix.REACTIVATE_LIST_ENTRY,
        Fix.REACTIVATE_PARTY,
        Fix.RECREATE_IN_QUICKBOOKS,
        Fix.REDATE,
        Fix.REFRESH_LISTS,
        Fix.RELEASE_LOCK,
        Fix.RENAME_CUSTOMER,
        Fix.RENUMBER,
        Fix.REQUEST_ACCESS,
        Fix.RESTORE_OURS,
        Fix.RESUME_CONNECTION,
        Fix.RETRY,
        Fix.SET_ACCOUNT,
        Fix.SET_DEFAULT_ITEM,
        Fix.SET_READ_BUDGET,
        Fix.TAKE_THEIRS,
        Fix.UNDISMISS,
        Fix.UNDO,
        Fix.UNLINK,
        Fix.UPDATE_CUSTOMER_EMAIL,
        Fix.VOID_IN_QUICKBOOKS,
    }
)
"""What `sync.fixes` can carry out; a test keeps the two equal."""

LEADS_SOMEWHERE = frozenset(
    {
        Fix.DISCONNECT_QUICKBOOKS,
        Fix.GRANT_ENTITLEMENT,
        Fix.OPEN_DOCTOR,
        Fix.OPEN_PREFLIGHT,
        Fix.OPEN_SETUP,
        Fix.RECONNECT_QUICKBOOKS,
        Fix.RECONNECT_SOURCE,
        Fix.ROTATE_HOOK_SECRET,
        Fix.SET_RULE,
    }
)
"""Buttons that lead to a page of ours, where a person with that role goes on."""


def finding_view(
    finding: Finding,
    role: Role,
    urls: Urls = NO_URLS,
    known: Presets = NO_PRESETS,
    *,
    choices: FixChoices = NO_CHOICES,
) -> FindingView:
    """A finding that was just made."""
    text = finding.text()
    return FindingView(
        code=str(finding.code),
        cls=str(finding.cls),
        sentence=text.sentence,
        explanation=text.explanation,
        remedy=text.remedy,
        details=details_for(finding.details, role),
        fixes=fix_views(finding.buttons(role), urls, known, choices),
    )


def row_view(
    services: Services,
    row: FindingRow,
    role: Role,
    urls: Urls = NO_URLS,
    known: Presets = NO_PRESETS,
    *,
    choices: FixChoices = NO_CHOICES,
) -> FindingView:
    """A finding as it is stored."""
    text = services.catalogue.fill(row.code, row.params)
    buttons = services.catalogue.fixes(row.code, role, row.params)
    return FindingView(
        code=row.code,
        cls=str(row.category),
        sentence=text.sentence,
        explanation=text.explanation,
        remedy=text.remedy,
        details=details_for(row.details or {}, role),
        fixes=fix_views(buttons, urls, known, choices),
        count=row.count,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
    )


def error_view(err: ConnectorError, role: Role, known: Mapping[str, str]) -> FindingView:
    """An error that stopped a page, in the catalogue's words."""
    try:
        finding = said(Reason(err.reason), {"retry_at": "soon", **known, **err.params}, details=err.details)
    except (ConnectorError, ValueError):
        finding = said(Reason.INTERNAL_ERROR, {"retry_at": "soon", **known}, details=err.details)
    return finding_view(finding, role)


FOR_EVERYBODY = frozenset({"fault_code", "element", "intuit_tid", "requestid", "reason", "last_reason", "status"})
"""Details that name nobody; QuickBooks' own words stay with admins (findings, rule 6)."""


def details_for(details: Mapping[str, str], role: Role) -> dict[str, str]:
    """What this reader may see under Details."""
    whole = role.may_act_as(Role.ADMIN)
    return {name: value for name, value in details.items() if whole or name in FOR_EVERYBODY}


def check_view(check: Check, role: Role, urls: Urls = NO_URLS) -> CheckView:
    """One check with its sentence; a failed one with its repair."""
    if check.finding is None:
        return CheckView(code=check.name, passed=True, state="passed", sentence=check.passes)
    view = finding_view(check.finding, role, urls)
    return CheckView(
        code=view.code,
        passed=check.passed,
        state="warn" if check.passed else "block",
        sentence=view.sentence,
        explanation=view.explanation,
        remedy=view.remedy,
        fixes=view.fixes,
        stands=check.stands,
    )


def fix_views(
    buttons: Sequence[FixButton], urls: Urls, known: Presets = NO_PRESETS, choices: FixChoices = NO_CHOICES
) -> tuple[FixView, ...]:
    """Buttons for one reader; what nobody could carry out here, and links without an address, are left out."""
    return tuple(
        _fix_view(button, urls, known.get(button.fix, {}), choices.get(button.fix, {}))
        for button in buttons
        if button.fix in CARRIED_OUT or button.fix in LEADS_SOMEWHERE or urls.get(button.fix)
    )


def _fix_view(button: FixButton, urls: Urls, known: Mapping[str, str], choices: Choices) -> FixView:
    preset = {**known, **button.preset}
    answered = ANSWERED | MEANT_ALREADY.get(button.fix, frozenset())
    return FixView(
        action=str(button.fix),
        button=button.label,
        words=button.words,
        allowed=button.allowed,
        inputs=(*(name for name in choices if name not in button.inputs), *button.inputs),
        preset=preset,
        settled=tuple(name for name in preset if name in answered),
        choices=choices,
        writes=bool(button.writes),
        url=urls.get(button.fix),
    )
