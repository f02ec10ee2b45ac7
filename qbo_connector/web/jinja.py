"""What templates may use: filters for values, the look of states, addresses of versioned static files."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request

from qbo_connector.web import formatting, looks
from qbo_connector.web.check_links import check_links, repair_places
from qbo_connector.web.navigation import navigation

if TYPE_CHECKING:
    from qbo_connector.web.access import Caller

STATIC = "static"
DIGEST_LENGTH = 12


def init_app(app: Flask, *, clock: Callable[[], datetime], product: str, practice: bool) -> None:
    """Give the templates their filters and globals.

    Args:
        app: the application.
        clock: the present, for relative times.
        product: the name that stands on the pages of organizations without a brand.
        practice: whether QuickBooks is played by a simulator here.
    """
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        money=formatting.money,
        figure=formatting.figure,
        day=formatting.day,
        absolute=formatting.absolute,
        duration=formatting.duration,
        plural=formatting.plural,
        sentence_case=formatting.sentence_case,
        initials=formatting.initials,
        check_links=check_links,
        relative=lambda value: formatting.relative(value, clock()),
    )
    app.jinja_env.globals.update(
        look=looks.look, tone_of=looks.tone_of, practice=practice, repair_places=repair_places
    )
    app.context_processor(_page_of(product))
    app.url_defaults(_in_this_organization(app))
    if app.static_folder:
        app.url_defaults(_versioned(Path(app.static_folder)))


def _page_of(product: str) -> Callable[[], dict[str, Any]]:
    def page() -> dict[str, Any]:
        found: Caller | None = g.get("caller")
        return {
            "me": found,
            "navigation": navigation(found, request.endpoint or ""),
            "product_name": (found and found.brand_name) or product,
        }

    return page


def _in_this_organization(app: Flask) -> Callable[[str, dict[str, Any]], None]:
    """Links lead to the organization of the present page, unless they name another."""

    def fill(endpoint: str, values: dict[str, Any]) -> None:
        found: Caller | None = g.get("caller")
        if "organization_id" in values or found is None or found.organization_id is None:
            return
        if app.url_map.is_endpoint_expecting(endpoint, "organization_id"):
            values["organization_id"] = found.organization_id

    return fill


def _versioned(folder: Path) -> Callable[[str, dict[str, Any]], None]:
    """Our own static files carry a digest in their address, so they may be cached and are never stale."""

    @cache
    def digest(filename: str) -> str:
        path = folder / filename
        return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGEST_LENGTH] if path.is_file() else ""

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == STATIC and "v" not in values and (version := digest(str(values.get("filename", "")))):
            values["v"] = version

    return add
