"""``qbo-connector simulator``."""

import re
from pathlib import Path

import click

from qbo_connector.errors import ConfigurationError
from qbo_connector.simulator import SimulatorOptions, serve

REGIONS = ("US", "CA", "GB", "AU", "ZA")
SEEDS = ("empty", "sandbox")


class Limits(click.ParamType[str]):
    """Intuit's limits: "on", "off", or "xN" for N times as much."""

    name = "limits"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text, if it means something."""
        if not re.fullmatch(r"on|off|x[1-9]\d*(\.\d+)?", value):
            self.fail("say on, off, or for instance x10", param, ctx)
        return value


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8010, show_default=True, help="0 takes any free port"
)
@click.option("--region", type=click.Choice(REGIONS), default="US", show_default=True, help="of the first company")
@click.option("--seed", type=click.Choice(SEEDS), default="sandbox", show_default=True, help="what is in it")
@click.option("--latency-ms", default=0, show_default=True, help="time that every answer takes at least")
@click.option("--batch-item-ms", default=0, show_default=True, help="further time for each item of a batch")
@click.option("--limits", type=Limits(), default="off", show_default=True, help="Intuit's limits: on, off, or xN")
@click.option(
    "--state-file", type=click.Path(path_type=Path), help="keep companies and grants here across restarts"
)
def simulator(
    *,
    port: int,
    region: str,
    seed: str,
    latency_ms: int,
    batch_item_ms: int,
    limits: str,
    state_file: Path | None,
) -> None:
    """Run a local QuickBooks Online, without an Intuit account."""
    options = SimulatorOptions(
        port=port,
        region=region,
        seed=seed,
        latency_ms=latency_ms,
        batch_item_ms=batch_item_ms,
        limits=limits,
        state_file=state_file,
    )
    try:
        serve(options)
    except OSError as err:
        raise ConfigurationError(
            f"Port {port} cannot be used ({err.strerror}). Say --port 0 for any free one."
        ) from err
