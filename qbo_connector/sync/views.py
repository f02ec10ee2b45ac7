"""What pages, widget and API show: findings, checks, documents and operations in words, never in codes alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qbo_connector.errors import ConnectorError
from qbo_connector.policy.catalogue import Finding, FixButton, Reason, Role
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.check import Check
from qbo_connector.policy.saying import said
from qbo_connector.store.findings import Finding as FindingRow
from qbo_connector.sync.services import Services


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


Urls = Mapping[Fix, str]
"""Where the buttons that are links lead."""

NO_URLS: Urls = {}

Presets = Mapping[Fix, Mapping[str, str]]
"""What is known already of the answers that buttons ask for."""

NO_PRESETS: Presets = {}

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
        Fix.MAP_LOCATION,
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
        Fix.SET_RULE,
    }
)
"""Buttons that lead to a page of ours, where a person with that role goes on."""


def finding_view(finding: Finding, role: Role, urls: Urls = NO_URLS, known: Presets = NO_PRESETS) -> FindingView:
    """A finding that was just made."""
    text = finding.text()
    return FindingView(
        code=str(finding.code),
        cls=str(finding.cls),
        sentence=text.sentence,
        explanation=text.explanation,
        remedy=text.remedy,
        details=details_for(finding.details, role),
        fixes=fix_views(finding.buttons(role), urls, known),
    )


def row_view(
    services: Services, row: FindingRow, role: Role, urls: Urls = NO_URLS, known: Presets = NO_PRESETS
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
        fixes=fix_views(buttons, urls, known),
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


def fix_views(buttons: Sequence[FixButton], urls: Urls, known: Presets = NO_PRESETS) -> tuple[FixView, ...]:
    """Buttons for one reader; what nobody could carry out here, and links without an address, are left out."""
    return tuple(
        _fix_view(button, urls, known.get(button.fix, {}))
        for button in buttons
        if button.fix in CARRIED_OUT or button.fix in LEADS_SOMEWHERE or urls.get(button.fix)
    )


def _fix_view(button: FixButton, urls: Urls, known: Mapping[str, str]) -> FixView:
    preset = {**known, **button.preset}
    answered = ANSWERED | MEANT_ALREADY.get(button.fix, frozenset())
    return FixView(
        action=str(button.fix),
        button=button.label,
        words=button.words,
        allowed=button.allowed,
        inputs=button.inputs,
        preset=preset,
        settled=tuple(name for name in preset if name in answered),
        writes=bool(button.writes),
        url=urls.get(button.fix),
    )
