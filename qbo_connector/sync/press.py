"""One press of a button, with what goes with it; what each button does stands in `fixes`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qbo_connector.policy.catalogue import Reason, Role
from qbo_connector.policy.saying import said
from qbo_connector.sync import asks
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.services import Services
from qbo_connector.sync.targets import RecordTarget
from qbo_connector.sync.views import finding_view


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
        value = str(self.inputs.get(name) or "").strip()
        if not value:
            words = name.replace("_", " ").removeprefix("qbo ").removesuffix(" id")
            missing = said(Reason.FIELD_MISSING, {"document": "this repair", "field": words})
            raise Refused(finding_view(missing, self.role))
        return value

    def sync(self, *, intent: str = "push") -> int:
        """Have the record looked at again, in the lane of clicks."""
        return asks.request_sync(
            self.services,
            self.target,
            intent=intent,
            asked_by=self.asked_by,
            idempotency_key=self.key,
            role=self.role,
        )
