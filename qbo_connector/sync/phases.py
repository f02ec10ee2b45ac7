"""What people are told while an operation runs; the words stand here and nowhere else."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from qbo_connector.plan.values import Step, Verb
from qbo_connector.store import operations
from qbo_connector.store.operations import Operation
from qbo_connector.sync.services import Services

READING = "reading"
FIRST_TIME = "first_time"
SETTLING = "settling"
CREATING = "creating"
UPDATING = "updating"

WORDS: Mapping[str, str] = {
    "": "Waiting for a worker…",
    READING: "Reading the invoice…",
    FIRST_TIME: "Reading the lists of {company} once; the first sync takes a little longer…",
    SETTLING: "Checking whether an earlier attempt arrived…",
    CREATING: "Creating {thing}…",
    UPDATING: "Updating {thing}…",
}

KINDS = {"customer": "customer", "item": "item", "department": "location", "class": "class"}


def announce(session: Session, operation: Operation, step: Step) -> None:
    """Say which thing is being written, in the transaction that lets it go.

    Raises:
        LeaseLost: another worker has the operation.
    """
    kind = KINDS.get(step.entity)
    thing = f"{kind} {step.name}" if kind else step.name
    phase = CREATING if step.verb is Verb.CREATE else UPDATING
    operations.set_phase(session, operation, phase, {"thing": thing})


def tell(services: Services, operation: Operation, phase: str, **params: str) -> None:
    """Store the phase; whoever polls sees it at once.

    Raises:
        LeaseLost: another worker has the operation.
    """
    with services.database.writing() as session:
        operations.set_phase(session, operation, phase, params)


def sentence(phase: str, params: Mapping[str, str]) -> str:
    """The phase in words."""
    return WORDS.get(phase, WORDS[""]).format_map({"company": "QuickBooks", "thing": "the invoice", **params})
