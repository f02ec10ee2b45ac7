"""How a simulator is started."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SimulatorOptions:
    """Choices of one run; everything else is set while it runs, through the control plane.

    Attributes:
        port: TCP port on 127.0.0.1; 0 takes any free one.
        region: US, CA, GB, AU or ZA: the country of the first company.
        seed: "sandbox" (like Intuit's sample company) or "empty" (a company without documents).
        latency_ms: time every API answer takes at least.
        batch_item_ms: further time per item of a batch.
        limits: "on" for Intuit's published limits, "off", or "xN" for N times as much.
        state_file: where companies and grants are kept across restarts, if anywhere.
    """

    port: int = 8010
    region: str = "US"
    seed: str = "sandbox"
    latency_ms: int = 0
    batch_item_ms: int = 0
    limits: str = "off"
    state_file: Path | None = None
