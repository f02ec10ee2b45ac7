"""The vendor's stand-in: one account over HTTP, in memory. Its control plane is `Account`, in the same process."""

import json
import secrets
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from qbo_connector.sources import LocalServer, SandboxDescription, SandboxOptions, hmac_hex

from .books import Books

NO_SUCH = HTTPStatus.NOT_FOUND


class NeutralSandbox:
    """Starts and stops the account's API. `books` is what a person at the source could change."""

    def __init__(self, options: SandboxOptions) -> None:
        self.books = Books()
        self.failures: list[int] = []
        """HTTP statuses of the next answers, in order."""
        self._key = options.api_key or secrets.token_hex(16)
        self._secret = options.signing_secret or secrets.token_hex(16)
        self._server = LocalServer(self._application(), port=options.port)

    def start(self) -> str:
        return self._server.start()

    def stop(self) -> None:
        self._server.stop()

    @property
    def base_url(self) -> str:
        return self._server.base_url

    def describe(self) -> SandboxDescription:
        settings = {"base_url": self.base_url, "api_key": self._key, "signing_secret": self._secret}
        return SandboxDescription(base_url=self.base_url, settings=settings, samples={}, pages={})

    def hook(self, invoice_id: str, event: str = "invoice.changed") -> tuple[bytes, dict[str, str]]:
        """A signed message about an invoice, as the vendor would send it: body and headers."""
        body = json.dumps({"id": secrets.token_hex(8), "event": event, "invoice": invoice_id}).encode()
        return body, {"Neutral-Signature": hmac_hex(self._secret, body)}

    def _application(self) -> Flask:
        app = Flask("neutral")
        app.before_request(self._admit)
        app.add_url_rule("/api/account", view_func=lambda: jsonify({"id": "acct_1", "name": "Neutral books"}))
        app.add_url_rule("/api/invoices/<invoice_id>", view_func=self._invoice)
        app.add_url_rule("/api/invoices/<invoice_id>/sync", view_func=self._take_news, methods=["PUT"])
        app.add_url_rule("/api/changes", view_func=self._changes)
        app.add_url_rule("/api/options/<name>", view_func=self._options)
        return app

    def _admit(self) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {self._key}":
            return Response(status=HTTPStatus.UNAUTHORIZED)
        return Response(status=self.failures.pop(0)) if self.failures else None

    def _invoice(self, invoice_id: str) -> Response:
        found = self.books.find(invoice_id)
        return jsonify(found) if found else abort(NO_SUCH)

    def _take_news(self, invoice_id: str) -> tuple[str, int]:
        if self.books.find(invoice_id) is None:
            abort(NO_SUCH)
        told: Any = request.get_json()
        self.books.told.setdefault(invoice_id, []).append(told)
        return "", HTTPStatus.NO_CONTENT

    def _changes(self) -> Response:
        return jsonify(self.books.changes(after=int(request.args.get("after", "0"))))

    def _options(self, name: str) -> Response:
        return jsonify({"options": self.books.options.get(name, [])})


def create_sandbox(options: SandboxOptions) -> NeutralSandbox:
    """A sandbox, not yet started."""
    return NeutralSandbox(options)
