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
        idle_ttl_s: how long an unused refresh token lives; Intuit's sample says 101 days, its prose 100.
        hard_ttl_s: how long a grant lives however often it is refreshed; five years.
        bump_invoice_on_payment: whether linking a payment raises the invoice's SyncToken.
        duplicate_numbers: "per_type" (a number is unique within its document type), "shared" (across the
            sales forms) or "off" (never refused).
        check_automatic_numbers: whether that holds where the company numbers its sales forms by itself, too.
        webhook_echo: whether an app's own writes come back to it as webhooks.
        other_payload: what a known requestid with another body gets: "replay" (the former answer) or "600".
        throttle_shape: a refusal by the limits as "json", "xml" or JSON with lower-case keys ("lower").
        retry_after_s: the Retry-After header of such a refusal; None leaves it out.
        concurrent: how many requests of a realm may run at once while limits are on; None for any number.
        reads_per_month: metered reads of all companies after which reads are refused until the next month, as
            Intuit's free tier (500,000) has it; None for any number.
        cdc_lookback_days: how far back changes can be asked for; None for ever.
        paid_invoice: voiding or deleting what a payment settles: "refuse" (6000) or "unlink" the payment.
        order_by_id: whether Id can be sorted by.
        start_at_zero: whether STARTPOSITION 0 means the first row instead of fault 4001.
        entities_in_any_case: whether a query may write an entity's name in any case.
        batch_items: how many items a batch may have.
        long_bids: whether a bId of more than ten characters passes beside a requestid.
        unsent_custom_fields: what becomes of custom fields that an update leaves out while it sends others:
            "emptied" (the list is replaced, as that of lines is) or "kept" (each goes by its DefinitionId).
        batch_reads: whether the queries of a batch are metered "once" or "each".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    requestid_ttl_s: float = Field(default=86_400, ge=0)
    replay_faults: bool = False
    inflight_600: bool = False
    rotate_after_s: float = Field(default=86_400, ge=0)
    old_token_grace_s: float = Field(default=0, ge=0)
    idle_ttl_s: float = Field(default=101 * 86_400, ge=0)
    hard_ttl_s: float = Field(default=5 * 365 * 86_400, ge=0)
    bump_invoice_on_payment: bool = True
    duplicate_numbers: str = Field(default="per_type", pattern="^(per_type|shared|off)$")
    check_automatic_numbers: bool = False
    webhook_echo: bool = True
    other_payload: str = Field(default="replay", pattern="^(replay|600)$")
    throttle_shape: str = Field(default="json", pattern="^(json|xml|lower)$")
    retry_after_s: int | None = Field(default=None, ge=0)
    concurrent: int | None = Field(default=None, ge=1)
    reads_per_month: int | None = Field(default=None, ge=0)
    cdc_lookback_days: int | None = Field(default=30, ge=1)
    paid_invoice: str = Field(default="refuse", pattern="^(refuse|unlink)$")
    order_by_id: bool = True
    start_at_zero: bool = False
    entities_in_any_case: bool = True
    batch_items: int = Field(default=30, ge=1, le=100)
    long_bids: bool = False
    unsent_custom_fields: str = Field(default="emptied", pattern="^(emptied|kept)$")
    batch_reads: str = Field(default="once", pattern="^(once|each)$")

    def changed(self, changes: dict[str, object]) -> "Knobs":
        """These knobs with `changes` applied.

        Raises:
            pydantic.ValidationError: an unknown name or an impossible value.
        """
        return Knobs.model_validate({**self.model_dump(), **changes})
