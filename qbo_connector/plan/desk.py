"""What a plan is worked out from, kept together, and what settling the lists of a document comes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qbo_connector.canonical import Invoice
from qbo_connector.canonical.company import Company
from qbo_connector.mapping import limits
from qbo_connector.plan.known import Absent, Answer, Known
from qbo_connector.plan.questions import ListQuestion
from qbo_connector.plan.values import Step, Verb, Wave
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said

Question = ListQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A document, what its pairing obeys, and what is known of QuickBooks."""

    document: Invoice
    rules: Rules
    known: Known

    @property
    def company(self) -> Company:
        """The QuickBooks company."""
        return self.known.company

    def answer(self, symbol: str) -> Answer:
        """What is known about a question; what was not asked is absent without proof."""
        return self.known.lists.get(symbol, Absent(proved=False))

    def params(self, **more: str) -> dict[str, str]:
        """The placeholders that every sentence of a document may use."""
        return {
            "document": self.document.title,
            "company": self.company.name,
            "source": self.rules.source_name,
            **more,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Ids of what exists, steps for what does not, findings for the rest.

    `chosen` are those ids that stand in rules or were picked by a person: other than ids that were found, they are
    part of what is wanted. `instead` names the symbol that stands in for one without a match.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()

    def symbol(self, question: Question) -> str:
        """How the document names what was asked for."""
        return self.instead.get(question.symbol, question.symbol)


def together(parts: Iterable[Settled]) -> Settled:
    """All of them as one."""
    whole = Settled()
    for part in parts:
        whole = Settled(
            ids={**whole.ids, **part.ids},
            chosen={**whole.chosen, **part.chosen},
            instead={**whole.instead, **part.instead},
            steps=(*whole.steps, *part.steps),
            findings=(*whole.findings, *part.findings),
        )
    return whole


def found(question: Question, qbo_id: str, findings: Iterable[Finding] = ()) -> Settled:
    """It exists; `findings` say whether it can be used."""
    return Settled(ids={question.symbol: qbo_id}, findings=tuple(findings))


def picked(question: Question, qbo_id: str, findings: Iterable[Finding] = ()) -> Settled:
    """A rule or a person says which one it is."""
    return replace(found(question, qbo_id, findings), chosen={question.symbol: qbo_id})


def stopped(*findings: Finding) -> Settled:
    """A person must settle it."""
    return Settled(findings=findings)


def created(
    question: Question, entity: str, body: Mapping[str, Any], *, name: str, keys: Iterable[str] = ()
) -> Settled:
    """It does not exist and will be created, with `keys` beside the question's own for nobody else to create."""
    resources = question.resources | frozenset(keys)
    return Settled(steps=(_list_step(question, entity, Verb.CREATE, body, name=name, resources=resources),))


def updated(question: Question, entity: str, body: Mapping[str, Any], *, name: str) -> Settled:
    """It exists, and will be told what changed."""
    own = frozenset({question.symbol})
    return Settled(steps=(_list_step(question, entity, Verb.UPDATE, body, name=name, resources=own),))


def _list_step(
    question: Question, entity: str, verb: Verb, body: Mapping[str, Any], *, name: str, resources: frozenset[str]
) -> Step:
    return Step(
        symbol=question.symbol,
        entity=entity,
        verb=verb,
        wave=Wave.LISTS,
        name=name,
        body=body,
        resources=resources,
    )


def ambiguous(desk: Desk, question: Question, *, name: str, count: int) -> Settled:
    """Several could be meant."""
    params = desk.params(count=str(count), name=name)
    return stopped(said(Reason.MATCH_AMBIGUOUS, params, subject=question.symbol))


def too_long(desk: Desk, field: str, value: str, limit: int) -> Finding | None:
    """A name that QuickBooks would refuse for its length."""
    return length_finding(desk, field, len(value), limit, subject=value) if len(value) > limit else None


def length_finding(desk: Desk, field: str, length: int, limit: int, *, subject: str = "") -> Finding:
    """Something has `length`, and at most `limit` fits."""
    params = desk.params(field=field, length=f"{length:,}", limit=f"{limit:,}")
    return said(Reason.FIELD_TOO_LONG, params, subject=subject or field)


def name_findings(desk: Desk, field: str, name: str, limit: int) -> tuple[Finding, ...]:
    """What QuickBooks would refuse about the name of something new."""
    long = too_long(desk, field, name, limit)
    invalid = said(Reason.FIELD_INVALID, desk.params(field=field, value=name), subject=name)
    return (*([long] if long else []), *([invalid] if limits.LEVELS in name else []))
