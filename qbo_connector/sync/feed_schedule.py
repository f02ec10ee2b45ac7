"""When the mirror is read again: the change feed by need, and by age what the feed does not tell of.

Pure: how things stand and the present go in, an answer comes out.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from qbo_connector.mapping.listing import LISTS
from qbo_connector.store.mirror import MirrorFeed
from qbo_connector.store.states import FeedState
from qbo_connector.sync.company import CURRENCIES, SETTINGS, TAX_RATES
from qbo_connector.sync.mirror_writing import NUMBERED, feed_name

RELAXED = timedelta(hours=1)
PRESSING = timedelta(minutes=5)
SPARING = timedelta(hours=6)

LIFE = timedelta(days=1)
LONG_LIFE = timedelta(days=3)
"""How long a list that the change feed does not tell of is believed; the second while reads are scarce."""

BUSY = ("Customer", "Vendor", "Item", "Invoice")
"""What changes every day, and what a plan that is wrong about it makes twice."""

COMPARED = timedelta(days=1)
COMPARED_SELDOM = timedelta(days=7)
"""How often the mirror is counted against QuickBooks; one metered read for each kind."""

LOOK_BACK = timedelta(days=29)
"""QuickBooks' feed looks back 30 days (Intuit, change data capture); a longer gap needs a full compare."""

OVERLAP = timedelta(minutes=5)
"""How far each reading looks back behind the last one: what was being changed then may have been missed."""

UNTOLD = (*SETTINGS, "TaxCode", TAX_RATES, CURRENCIES)
"""Not in the change feed, or not known to be (Intuit, change data capture): an entity that the feed does not have
would spoil the answer about all others."""

FED = (*(name for name in LISTS if name not in UNTOLD), *NUMBERED)
"""What one question to the change feed asks for."""


def feed_interval(*, alive: bool, inbound: bool, scarce: bool) -> timedelta:
    """How often to ask the change feed; each question is a metered read.

    Args:
        alive: the webhook channel works, so the feed only finds what got lost on the way.
        inbound: something in QuickBooks travels to a source, and people wait for it.
        scarce: as things go, the month's reads will not last.
    """
    if inbound and not alive:
        return RELAXED if scarce else PRESSING
    return SPARING if scarce else RELAXED


def is_due(feeds: Mapping[str, MirrorFeed], now: datetime, every: timedelta, *, scarce: bool = False) -> bool:
    """Whether something loaded was last told of longer ago than that, or has outlived its life."""
    ran = [feed.ran_at for name in FED if (feed := loaded(feeds, name)) and feed.ran_at]
    return any(now - at >= every for at in ran) or bool(aged(feeds, now, scarce=scarce))


def aged(feeds: Mapping[str, MirrorFeed], now: datetime, *, scarce: bool = False) -> tuple[str, ...]:
    """What the feed does not tell of and was read longer ago than it is believed."""
    life = LONG_LIFE if scarce else LIFE
    return tuple(
        name
        for name in UNTOLD
        if (feed := loaded(feeds, name)) and (feed.ran_at is None or now - feed.ran_at >= life)
    )


def to_compare(feeds: Mapping[str, MirrorFeed], now: datetime, *, scarce: bool) -> tuple[str, ...]:
    """What should be counted against QuickBooks now: the busy kinds daily, all others weekly, as reads allow."""
    return tuple(
        name
        for name in FED
        if (feed := loaded(feeds, name))
        and (feed.full_at is None or now - feed.full_at >= _compared_every(name, scarce=scarce))
    )


def _compared_every(name: str, *, scarce: bool) -> timedelta:
    return COMPARED if name in BUSY and not scarce else COMPARED_SELDOM


def lost_touch(feeds: Mapping[str, MirrorFeed], now: datetime, names: Iterable[str] = FED) -> tuple[str, ...]:
    """What the feed can no longer tell of, because it was last asked too long ago."""
    return tuple(name for name in names if (feed := loaded(feeds, name)) and is_behind(feed, now))


def is_behind(feed: MirrorFeed, now: datetime) -> bool:
    """Whether more time passed than QuickBooks' feed looks back."""
    known_to = feed.cursor or feed.ran_at
    return known_to is None or now - known_to > LOOK_BACK


def loaded(feeds: Mapping[str, MirrorFeed], entity: str) -> MirrorFeed | None:
    """The entity's feed, if it was read whole once."""
    feed = feeds.get(feed_name(entity))
    return feed if feed and feed.state is FeedState.LOADED else None
