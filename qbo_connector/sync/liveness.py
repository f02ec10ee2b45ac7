"""Does the webhook channel of a company work? Our own writes are free probes: each should echo within a minute."""

from datetime import datetime, timedelta

from qbo_connector.store.connections import Connection

CHANNEL_LAG = timedelta(seconds=60)
"""How late an echo may be before the channel seems dead, and how far behind a live one still proves anything."""


def channel_is_alive(connection: Connection, now: datetime) -> bool:
    """A delivery proved the channel, and no echo that we expect is overdue."""
    if connection.webhooks_alive_at is None:
        return False
    expected = connection.echo_expected_at
    return expected is None or expected <= connection.webhooks_alive_at or now - expected <= CHANNEL_LAG
