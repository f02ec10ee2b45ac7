"""One classified reason why something does not go on, as a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from qbo_connector.policy.catalogue.catalogue import FilledText, FixButton
from qbo_connector.policy.catalogue.kinds import FindingClass, RecordState, Retry, Role
from qbo_connector.policy.catalogue.load import load_catalogue
from qbo_connector.policy.catalogue.reasons import Reason
from qbo_connector.policy.catalogue.rows import Entry
from qbo_connector.policy.catalogue.wording import as_list, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A code with its values. `subject` is the line, customer or item it is about, where a record has several.

    List values (``{line}``, ``{fields}``, ``{items}``, ``{allowed}``, ``{missing}``) are made by `as_list`.
    `details` stand under Details and never in a sentence: fault code, `intuit_tid`, what was sent.

    Raises:
        ConfigurationError: the code is raised with values it cannot use, or without one it needs.
    """

    code: Reason
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    subject: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        load_catalogue().require(self.code, self.params)

    @property
    def entry(self) -> Entry:
        """What the catalogue says about its code."""
        return load_catalogue().entry(self.code)

    @property
    def cls(self) -> FindingClass:
        """How much it stops."""
        return self.entry.cls

    @property
    def retry(self) -> Retry:
        """What happens without anybody."""
        return self.entry.retry

    @property
    def state(self) -> RecordState | None:
        """The state of a record it leads; None for a warning."""
        return self.cls.state

    @property
    def rank(self) -> int:
        """Its place among several findings: the lowest leads."""
        return load_catalogue().ranks[self.code]

    def text(self) -> FilledText:
        """Its words."""
        return load_catalogue().fill(self.code, self.params)

    def buttons(self, role: Role) -> tuple[FixButton, ...]:
        """Its fix actions as this role sees them."""
        return load_catalogue().fixes(self.code, role, self.params)

    def in_context(self, known: Mapping[str, str]) -> "Finding":
        """The same finding, told what its raiser did not know: the document, the source, the company.

        Values that the finding has already stay; those that its texts do not use are left out.
        """
        gaps = load_catalogue().texts[self.code].gaps
        added = {name: value for name, value in known.items() if name in gaps and name not in self.params}
        return replace(self, params={**added, **self.params}) if added else self


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Join findings of one code that differ only in list values and subject: two lines become one finding.

    Findings of one code that speak of different things (two items, two fields) stay apart, as no sentence
    could say both. The order is kept.
    """
    groups: dict[object, Finding] = {}
    for finding in findings:
        key = _what_is_said(finding)
        groups[key] = _join(groups[key], finding) if key in groups else finding
    return tuple(groups.values())


def leading(findings: Iterable[Finding]) -> Finding:
    """The finding that a record shows first.

    Raises:
        ValueError: there are none.
    """
    return min(findings, key=lambda finding: finding.rank)


def record_state(findings: Iterable[Finding]) -> RecordState:
    """The state of a record that has been worked on and met these findings; synced if none stops it."""
    states = (finding.state for finding in sorted(findings, key=lambda finding: finding.rank))
    return next((state for state in states if state is not None), RecordState.SYNCED)


def _is_list(name: str) -> bool:
    return load_catalogue().placeholders[name].kind.is_list


def _what_is_said(finding: Finding) -> tuple[Reason, frozenset[tuple[str, str]]]:
    return finding.code, frozenset(item for item in finding.params.items() if not _is_list(item[0]))


def _join(one: Finding, other: Finding) -> Finding:
    lists = {name for name in (*one.params, *other.params) if _is_list(name)}
    joined = {name: as_list(_parts(one, name) + _parts(other, name)) for name in sorted(lists)}
    subjects = dict.fromkeys(filter(None, (*one.subject.split(","), *other.subject.split(","))))
    return replace(
        one,
        params={**one.params, **joined},
        subject=",".join(subjects),
        details={**other.details, **one.details},
    )


def _parts(finding: Finding, name: str) -> list[str]:
    return parts_of(finding.params.get(name, ""))
