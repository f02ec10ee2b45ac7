"""How a state looks: a word, an icon and one of five colours, never a colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One state as people see it. ``tone`` is a colour of the theme, ``icon`` a symbol of the icon sheet."""

    word: str
    tone: str
    icon: str
    moving: bool = False


UNKNOWN = Look(word="Unknown", tone="excluded", icon="dot")

LOOKS = {
    # records and their views
    "new": Look(word="Not synced yet", tone="excluded", icon="dot"),
    "ready": Look(word="Ready", tone="excluded", icon="dot"),
    "not_available": Look(word="Not ready", tone="excluded", icon="dot"),
    "synced": Look(word="Synced", tone="synced", icon="check"),
    "unchanged": Look(word="Up to date", tone="synced", icon="check"),
    "syncing": Look(word="Syncing", tone="syncing", icon="sync", moving=True),
    "changed": Look(word="Changed since", tone="syncing", icon="change"),
    "copied": Look(word="Copied", tone="synced", icon="copy"),
    "held": Look(word="Needs you", tone="held", icon="hand"),
    "failing": Look(word="Failing", tone="failing", icon="cross"),
    "failed": Look(word="Failing", tone="failing", icon="cross"),
    "excluded": Look(word="Excluded", tone="excluded", icon="minus"),
    "dismissed": Look(word="Set aside", tone="excluded", icon="minus"),
    "waiting": Look(word="Waiting", tone="syncing", icon="clock"),
    "shadowed": Look(word="Would sync", tone="excluded", icon="eye"),
    "cancelled": Look(word="Cancelled", tone="excluded", icon="minus"),
    # operations
    "queued": Look(word="Queued", tone="syncing", icon="clock"),
    "running": Look(word="Syncing", tone="syncing", icon="sync", moving=True),
    "done": Look(word="Done", tone="synced", icon="check"),
    # connections, source accounts, syncs, keys
    "active": Look(word="Connected", tone="synced", icon="check"),
    "paused": Look(word="Paused", tone="held", icon="hand"),
    "expired": Look(word="Sign in again", tone="failing", icon="cross"),
    "disconnected": Look(word="Disconnected", tone="excluded", icon="minus"),
    "uninstalled": Look(word="Uninstalled", tone="excluded", icon="minus"),
    "installed": Look(word="Installed", tone="synced", icon="check"),
    "on": Look(word="On", tone="synced", icon="check"),
    "off": Look(word="Off", tone="excluded", icon="minus"),
    "retired": Look(word="Retired", tone="excluded", icon="minus"),
    "revoked": Look(word="Revoked", tone="excluded", icon="minus"),
    # checks
    "passed": Look(word="Passed", tone="synced", icon="check"),
    "warn": Look(word="Will warn", tone="held", icon="hand"),
    "block": Look(word="Will block", tone="failing", icon="cross"),
    "error": Look(word="Problem", tone="failing", icon="cross"),
    "info": Look(word="Note", tone="syncing", icon="info"),
}

TONES = {
    "excluded": "excluded",
    "held": "held",
    "failing-retryable": "syncing",
    "failing-needs-person": "failing",
    "connection-wide": "failing",
    "warning": "held",
}
"""The colour of a finding by its class in the catalogue."""


def look(state: str) -> Look:
    """The look of any state that a page shows."""
    return LOOKS.get(str(state), UNKNOWN)


def tone_of(finding_class: str) -> str:
    """The colour of a finding by its class."""
    return TONES.get(str(finding_class), "excluded")
