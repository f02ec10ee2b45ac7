"""What must hold between the rows of the catalogue. A check yields one sentence for each thing that is wrong."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from qbo_connector.policy.catalogue.catalogue import Catalogue
from qbo_connector.policy.catalogue.kinds import FindingClass, Retry, Scope
from qbo_connector.policy.catalogue.rows import Entry, PlaceholderKind
from qbo_connector.policy.catalogue.speech import REASON
from qbo_connector.policy.catalogue.template import SENTENCE_LIMIT, SHORTEST_VALUE, Said, Template
from qbo_connector.policy.catalogue.texts import Texts
from qbo_connector.policy.catalogue.wording import joined

HOW_TO_REGENERATE = "run python -m qbo_connector.policy.catalogue.generate"


def repeated(names: Sequence[str], *, what: str) -> Iterator[str]:
    """Names that stand in the data twice."""
    for name, times in Counter(names).items():
        if times > 1:
            yield f"The {what} “{name}” stands in the data {times} times."


def absent(known: Iterable[str], found: Container[str]) -> Iterator[str]:
    """Codes or buttons of the generated enums that have no data."""
    for name in known:
        if name not in found:
            yield f"{name} has no data; {HOW_TO_REGENERATE} if it was taken out."


def unknown_gaps(catalogue: Catalogue) -> Iterator[str]:
    """Gaps that are no placeholders."""
    for code, texts in catalogue.texts.items():
        for gap in _gaps_anywhere(texts):
            if gap not in catalogue.placeholders:
                yield f"{code} uses the unknown placeholder {{{gap}}}."


def unsound(catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with an entry in itself; `unknown_gaps` must have found nothing before."""
    for code, entry in catalogue.entries.items():
        for check in _CHECKS:
            yield from (f"{code} {problem}." for problem in check(catalogue, entry))


def _gaps_anywhere(texts: Texts) -> Iterator[str]:
    forms = (texts.sentence_one, texts.sentence_many, *texts.reasons.values(), *texts.buttons.values())
    yield from dict.fromkeys((*texts.gaps, *(gap for form in forms for gap in form.gaps)))


def _forms(texts: Texts) -> set[Template]:
    return {texts.sentence, texts.sentence_one, texts.sentence_many}


def _fits_with_samples(catalogue: Catalogue, entry: Entry) -> Iterator[str]:
    samples = {name: Said(placeholder.sample) for name, placeholder in catalogue.placeholders.items()}
    for form in _forms(catalogue.texts[entry.code]):
        length = len(form.say(samples))
        if length > SENTENCE_LIMIT:
            yield f"has a sentence of {length} characters once filled; {SENTENCE_LIMIT} are allowed"


def _fits_with_anything(catalogue: Catalogue, entry: Entry) -> Iterator[str]:
    """With every value cut to 16 characters, and every clause of ours whole, 160 must be enough."""
    longest = {name: Said("x" * _least_room(catalogue, entry, name)) for name in catalogue.placeholders}
    for form in _forms(catalogue.texts[entry.code]):
        length = len(form.say(longest))
        if length > SENTENCE_LIMIT:
            yield f"has a sentence that can come to {length} characters however its values are shortened"


def _least_room(catalogue: Catalogue, entry: Entry, name: str) -> int:
    placeholder = catalogue.placeholders[name]
    if placeholder.kind is not PlaceholderKind.CHOICE:
        return min(placeholder.longest, SHORTEST_VALUE)
    clauses = entry.reasons.values() if name == REASON else placeholder.choices.values()
    return max(map(len, clauses), default=placeholder.longest)


def _has_a_fitting_scope(_: Catalogue, entry: Entry) -> Iterator[str]:
    is_wide = entry.cls is FindingClass.CONNECTION_WIDE
    if is_wide and entry.scope is Scope.RECORD:
        yield "is connection-wide and needs a wider scope than a record"
    if not is_wide and entry.cls is not FindingClass.WARNING and entry.scope is not Scope.RECORD:
        yield f"is {entry.cls} and can only be about a record"


def _watches_what_it_waits_for(_: Catalogue, entry: Entry) -> Iterator[str]:
    waits = entry.retry in (Retry.AFTER_CAUSE_CHANGES, Retry.PAUSE_CONNECTION)
    if waits and not entry.causes:
        yield f"is retried {entry.retry} and has to name what is watched"
    if entry.causes and not waits and entry.cls is not FindingClass.WARNING:
        yield f"watches causes, although its retry is {entry.retry}"


def _counts_by_something(catalogue: Catalogue, entry: Entry) -> Iterator[str]:
    if bool(entry.plural_by) != bool(entry.sentence_one or entry.sentence_many):
        yield "needs plural_by and a plural form together"
    if entry.plural_by and not _is_counted(catalogue, entry):
        yield f"cannot take its plural from {{{entry.plural_by}}}"
    texts = catalogue.texts[entry.code]
    if any(set(form.gaps) != set(texts.sentence.gaps) for form in _forms(texts)):
        yield "has plural forms with other gaps than its sentence"


def _is_counted(catalogue: Catalogue, entry: Entry) -> bool:
    if entry.plural_by not in catalogue.texts[entry.code].sentence.gaps:
        return False
    return catalogue.placeholders[entry.plural_by].kind.is_counted


def _words_its_buttons(catalogue: Catalogue, entry: Entry) -> Iterator[str]:
    for fix in entry.fixes:
        if fix not in entry.buttons and not catalogue.actions[fix].button:
            yield f"has to word its button {fix}"
    for fix, words in entry.buttons.items():
        if fix not in entry.fixes:
            yield f"words the button {fix}, which it does not offer"
        if unknown := words.preset.keys() - set(catalogue.actions[fix].inputs):
            yield f"fills in {', '.join(sorted(unknown))}, which {fix} does not ask for"


def _has_words_for_its_choices(catalogue: Catalogue, entry: Entry) -> Iterator[str]:
    texts = catalogue.texts[entry.code]
    if bool(entry.reasons) != (REASON in texts.gaps):
        yield "needs the placeholder {reason} and its clauses together"
    if entry.reason_required and not entry.reasons:
        yield "cannot require a reason without clauses"
    for name in _gaps_anywhere(texts):
        placeholder = catalogue.placeholders[name]
        if placeholder.kind is PlaceholderKind.CHOICE and not (placeholder.choices or name == REASON):
            yield f"uses {{{name}}}, which has no choices"


def _leads_with_its_own_buttons(catalogue: Catalogue, entry: Entry) -> Iterator[str]:
    for name, buttons in entry.leads.items():
        if name not in _gaps_anywhere(catalogue.texts[entry.code]):
            yield f"orders its buttons by {{{name}}}, which it never says"
        elif unknown := buttons.keys() - catalogue.placeholders[name].choices.keys():
            yield f"orders its buttons by {joined(sorted(unknown))}, none of the choices of {{{name}}}"
        for fix in buttons.values():
            if fix not in entry.fixes:
                yield f"leads with the button {fix}, which it does not offer"


_CHECKS: Sequence[Callable[[Catalogue, Entry], Iterator[str]]] = (
    _fits_with_samples,
    _fits_with_anything,
    _has_a_fitting_scope,
    _watches_what_it_waits_for,
    _counts_by_something,
    _words_its_buttons,
    _has_words_for_its_choices,
    _leads_with_its_own_buttons,
)
