"""The widget's own pages and files: the script for host pages, the framed card, and what the card loads."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, request, send_from_directory

from qbo_connector.web import access, security

FILES = Path(__file__).resolve().parent.parent / "static" / "widget"
SCRIPT = "qbo-sync.js"
SCRIPT_CACHE = "public, max-age=300"
ASSET_CACHE = "public, max-age=31536000, immutable"
VERSION_LENGTH = 12

KeyOrigins = Callable[[str], Sequence[str] | None]
"""The origins that may frame the widget of a key; none for a key that opens nothing."""


def pages(key_origins: KeyOrigins) -> Blueprint:
    """The pages, asking ``key_origins`` who may frame them."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/qbo-sync.js")
    @access.public
    def script() -> Response:
        """The custom element. Any page may load it; what it can open is decided by the token."""
        answer = send_from_directory(FILES, SCRIPT, mimetype="text/javascript")
        answer.headers["Cache-Control"] = SCRIPT_CACHE
        return answer

    @blueprint.get("/assets/<version>/<path:name>")
    @access.public
    def asset(version: str, name: str) -> Response:
        """A file of the card. The version in the address changes with any of them, so it may be kept for ever."""
        answer = send_from_directory(FILES, name)
        answer.headers["Cache-Control"] = ASSET_CACHE if version == files_version() else "no-store"
        return answer

    @blueprint.get("/frame/<kid>")
    @access.public
    def frame(kid: str) -> Response:
        """The framed card. Only the origins of the key may frame it; the token never reaches this server."""
        origins = key_origins(kid) or ()
        answer = make_response(_frame_page(origins), 200 if origins else 404)
        answer.headers["Cache-Control"] = "no-store"
        security.allow_framing(current_app, origins)
        return answer

    return blueprint


def _frame_page(origins: Sequence[str]) -> str:
    if not origins:
        return render_template("widget/unknown.html")
    assets = f"{request.script_root}/widget/v1/assets/{files_version()}"
    return render_template("widget/frame.html", assets=assets, origins=list(origins))


@cache
def files_version() -> str:
    """A digest over all files of the widget."""
    digest = hashlib.sha256()
    for path in sorted(FILES.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FILES).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:VERSION_LENGTH]
