"""A process that dies at a chosen point: every commit and every request of ours is a numbered point.

The parts are second implementations with the same signatures; the product's own code runs between the points.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from qbo_connector.qbo.answers import Answer, WriteRequest
from qbo_connector.store.connections import Connection
from qbo_connector.store.database import Database
from qbo_connector.sync.services import Clients


class Stopped(BaseException):
    """The process died here. No handler of ours may catch it."""


class Points:
    """Counts the points of the main thread and dies at one of them; 0 never dies."""

    def __init__(self) -> None:
        self.passed = 0
        self.stop_at = 0

    def pass_by(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self.passed += 1
        if self.passed == self.stop_at:
            raise Stopped


class StoppingDatabase(Database):
    """Dies before a commit, when nothing of it is kept, or after it, when all of it is."""

    def __init__(self, database: Database, points: Points) -> None:
        super().__init__(database.engine)
        self._points = points

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            self._points.pass_by()
        self._points.pass_by()


class StoppingClients:
    """Dies before a request leaves, or after QuickBooks has answered it and nobody has noted so."""

    def __init__(self, clients: Clients, points: Points) -> None:
        self._clients = clients
        self._points = points

    def of(self, connection: Connection) -> Any:
        return _StoppingClient(self._clients.of(connection), self._points)

    def close(self) -> None:
        self._clients.close()


class _StoppingClient:
    def __init__(self, client: Any, points: Points) -> None:
        self._client = client
        self._points = points

    def write(self, request: WriteRequest, **more: Any) -> Answer:
        self._points.pass_by()
        answer: Answer = self._client.write(request, **more)
        self._points.pass_by()
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
