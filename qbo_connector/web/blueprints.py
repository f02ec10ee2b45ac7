"""Every part of the web, in one list: pages for people, doors for programs."""

from flask import Blueprint

from qbo_connector.web import (
    api,
    auth,
    doctor,
    health,
    home,
    hooks,
    mappings,
    overview,
    pairings,
    quickbooks,
    records,
    settings,
    sources,
    widget,
)

PAGES: tuple[Blueprint, ...] = (
    auth.blueprint,
    home.blueprint,
    overview.blueprint,
    records.blueprint,
    pairings.blueprint,
    mappings.blueprint,
    quickbooks.blueprint,
    sources.blueprint,
    settings.blueprint,
    doctor.blueprint,
)
PROGRAMS: tuple[Blueprint, ...] = (
    health.blueprint,
    hooks.blueprint,
    widget.blueprint,
    api.blueprint,
)
"""They carry keys or signatures of their own, not a form's token."""
