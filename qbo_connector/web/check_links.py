"""The links of a check that does not pass: where to go and what stands there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from qbo_connector.sync.views import FixView


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLink:
    """One link in words."""

    words: str
    url: str

    @property
    def leaves(self) -> bool:
        """Whether it leads to another site."""
        return self.url.startswith("http")


def repair_places(pairing_id: int) -> dict[str, str]:
    """The pages on which the rules of one sync are mended."""
    rules = url_for("pairings.edit", pairing_id=pairing_id)
    return {
        "open_setup": rules,
        "set_rule": rules,
        "set_account": f"{rules}#accounts",
        "pick_tax_code": url_for("mappings.show", pairing_id=pairing_id, what="taxes"),
        "map_field": url_for("pairings.fields", pairing_id=pairing_id),
    }


def check_links(fixes: Iterable[FixView], places: Mapping[str, str]) -> tuple[CheckLink, ...]:
    """The repairs that are made elsewhere: in QuickBooks, or on the page that ``places`` names for them."""
    reachable = ((fix, fix.url or places.get(fix.action)) for fix in fixes if fix.allowed)
    return tuple(CheckLink(words=fix.button, url=url) for fix, url in reachable if url)
