"""The pages at the side of every page, in their order, as far as a role reaches."""

from dataclasses import dataclass

from qbo_connector.store.states import Role
from qbo_connector.web.access import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the navigation."""

    title: str
    endpoint: str
    icon: str
    covers: tuple[str, ...]
    """Beginnings of the endpoints on which it is the current one."""
    least: Role = Role.VIEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place as it stands on one page."""

    place: Place
    current: bool


WORK = (
    Place(title="Overview", endpoint="overview.objects", icon="overview", covers=("overview.objects",)),
    Place(title="Records", endpoint="overview.records", icon="records", covers=("overview.records", "records.")),
    Place(title="Syncs", endpoint="pairings.index", covers=("pairings.",), icon="syncs"),
    Place(title="Mappings", endpoint="mappings.index", covers=("mappings.",), icon="change"),
)
SETUP = (
    Place(title="QuickBooks", endpoint="quickbooks.index", covers=("quickbooks.",), icon="books"),
    Place(title="Sources", endpoint="sources.index", covers=("sources.",), icon="plug"),
    Place(title="Settings", endpoint="settings.organization", covers=("settings.",), icon="settings"),
    Place(title="Doctor", endpoint="doctor.index", covers=("doctor.",), icon="doctor", least=Role.ADMIN),
)


def navigation(found: Caller | None, endpoint: str) -> tuple[tuple[Entry, ...], ...]:
    """The groups of entries for this person on this page; none outside an organization."""
    if found is None or found.organization_id is None:
        return ()
    return tuple(
        tuple(
            Entry(place=place, current=endpoint.startswith(place.covers))
            for place in group
            if found.may(place.least)
        )
        for group in (WORK, SETUP)
    )
