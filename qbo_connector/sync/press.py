"""One press of a button, with what goes with it; what each button does stands in `fixes`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.canonical import Invoice
from qbo_connector.policy.catalogue import Reason, Role
from qbo_connector.policy.saying import said
from qbo_connector.store import activity, operations, records
from qbo_connector.store.activity import Activity
from qbo_connector.store.records import Record
from qbo_connector.store.states import Intent, Lane
from qbo_connector.sync import asks
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.corrections import corrected, correction
from qbo_connector.sync.look import situation_for
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.source import read_document, read_given
from qbo_connector.sync.targets import RecordTarget, ensure_record
from qbo_connector.sync.views import finding_view
from qbo_connector.sync.wishes import last_wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One press of a button."""

    services: Services
    target: RecordTarget
    inputs: Mapping[str, Any]
    asked_by: str
    role: Role
    key: str | None

    def text(self, name: str) -> str:
        """An input that must be there.

        Raises:
            Refused: it is missing.
        """
        value = self.optional(name)
        if not value:
            raise self.without(name.replace("_", " ").removeprefix("qbo ").removesuffix(" id"))
        return value

    def without(self, words: str) -> Refused:
        """What is said where an input is missing, called by these words."""
        missing = said(Reason.FIELD_MISSING, {"document": "this repair", "field": words})
        return Refused(finding_view(missing, self.role))

    def optional(self, name: str) -> str:
        """An input that may be left out; empty then."""
        return str(self.inputs.get(name) or "").strip()

    def confirmed(self) -> None:
        """What cannot be taken back is said twice.

        Raises:
            Refused: the person did not confirm it.
        """
        self.text("confirmation")

    def must_be(self, role: Role) -> None:
        """An answer that reaches further than the button does.

        Raises:
            Refused: the role may not.
        """
        if not self.role.may_act_as(role):
            known = {"company": "QuickBooks", "document": "this"}
            raise Refused(finding_view(said(Reason.CONNECTION_PERMISSION_DENIED, known), self.role))

    def record(self, session: Session) -> Record:
        """The record's row; made if it was never seen."""
        return ensure_record(session, self.target)

    def situation(self) -> Situation:
        """The record's surroundings."""
        return situation_for(self.services, self.target)

    def read(self) -> tuple[Situation, Invoice]:
        """The same, with the document as its source gives it now.

        Raises:
            ConnectorError: the source cannot be read.
        """
        situation = self.situation()
        return situation, read_document(self.services, situation)

    def answer(self, answers: Mapping[str, Any]) -> int:
        """Keep answers about this record only, and have it looked at again."""
        with self.services.database.writing() as session:
            records.override(session, self.record(session).id, dict(answers))
        return self.sync()

    def correct(self, name: str, value: str) -> int:
        """Keep a correction of a field against what the source says in it now; the record is looked at again.

        Raises:
            DocumentInvalid: the document cannot be so.
            ConnectorError: the source cannot be read.
        """
        situation = self.situation()
        given = read_given(self.services, situation)
        told = correction(given, name, value)
        corrected(given, {**(situation.record.overrides or {}), **told})
        return self.answer(told)

    def note(self, session: Session, event: str, **params: str) -> None:
        """Write one line of the record's history."""
        record = self.record(session)
        entry = Activity(
            organization_id=record.organization_id,
            event=event,
            actor=self.asked_by,
            record_id=record.id,
            pairing_id=record.pairing_id,
            params=params,
        )
        activity.append(session, entry)

    def have_done(self, intent: Intent, **inputs: Any) -> int:
        """Have a worker do something about the record, before it is looked at again; returns the operation."""
        situation = self.situation()
        with self.services.database.writing() as session:
            operation = operations.request(
                session,
                organization_id=self.target.organization_id,
                connection_id=situation.connection.id,
                pairing_id=situation.pairing.id,
                record_id=self.record(session).id,
                intent=intent,
                lane=Lane.INTERACTIVE,
                asked_by=self.asked_by,
                inputs=inputs,
                idempotency_key=f"{self.key}:{intent}" if self.key else None,
            )
        self.services.bell.ring(Lane.INTERACTIVE)
        return operation.id

    def sync(self, *, intent: str = "", **more: Any) -> int:
        """Have the record looked at again, in the lane of clicks, with whatever was chosen when it stopped."""
        with self.services.database.writing() as session:
            wish = last_wish(session, self.record(session))
        asked = intent or (str(wish.intent) if wish else "push")
        return asks.request_sync(
            self.services,
            self.target,
            intent=asked,
            inputs={**(wish.inputs if wish else {}), **more},
            asked_by=self.asked_by,
            idempotency_key=self.key,
            role=self.role,
        )
