"""Switches for what nobody outside Intuit knows for certain (reference §12)."""

from pydantic import BaseModel, ConfigDict, Field


class Knobs(BaseModel):
    """Each default is the likelier reading; a suite that must not depend on it runs under both.

    Attributes:
        requestid_ttl_s: how long the answer to a requestid is remembered.
        replay_faults: whether a remembered fault is given again, or the request is tried anew.
        inflight_600: a repeated requestid whose first call still runs gets fault 600; otherwise it waits.
        rotate_after_s: age at which a refresh returns a new refresh token; 0 rotates on every use.
        old_token_grace_s: how long the previous refresh token still works after that.
        bump_invoice_on_payment: whether linking a payment raises the invoice's SyncToken.
        duplicate_numbers: "per_type" (a number is unique within its document type), "shared" (across the
            sales forms) or "off" (never refused); always off where the company numbers by itself.
        webhook_echo: whether an app's own writes come back to it as webhooks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    requestid_ttl_s: float = Field(default=86_400, ge=0)
    replay_faults: bool = False
    inflight_600: bool = False
    rotate_after_s: float = Field(default=86_400, ge=0)
    old_token_grace_s: float = Field(default=0, ge=0)
    bump_invoice_on_payment: bool = True
    duplicate_numbers: str = Field(default="per_type", pattern="^(per_type|shared|off)$")
    webhook_echo: bool = True

    def changed(self, changes: dict[str, object]) -> "Knobs":
        """These knobs with `changes` applied.

        Raises:
            pydantic.ValidationError: an unknown name or an impossible value.
        """
        return Knobs.model_validate({**self.model_dump(), **changes})
