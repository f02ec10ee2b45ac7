"""A `requests` session that connects only to addresses that were checked (see `addresses`)."""

import socket
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager
from urllib3.util.connection import create_connection

from qbo_connector.sources.addresses import resolve_private, resolve_public


def guarded_session(*, allow_private: bool) -> requests.Session:
    """A session without proxies, `.netrc` or cookies of the environment, whose connections are guarded.

    With `allow_private` https goes anywhere and plain http to private addresses only; otherwise https goes to
    public addresses only and plain http nowhere.
    """
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    if allow_private:
        session.mount("https://", HTTPAdapter())
        session.mount("http://", _GuardedAdapter(_PrivatePool))
    else:
        session.mount("https://", _GuardedAdapter(_PublicPool))
    return session


def _connect(connection: HTTPConnection, resolve: Callable[[str, int], list[str]], port: int) -> socket.socket:
    try:
        addresses = resolve(connection.host, port)
    except socket.gaierror as err:
        raise NameResolutionError(connection.host, connection, err) from err
    failure: OSError | None = None
    for address in addresses:
        try:
            return create_connection(
                (address, port), connection.timeout, connection.source_address, connection.socket_options
            )
        except OSError as err:
            failure = err
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, "connecting took too long") from failure
    raise NewConnectionError(connection, "no address of the host could be reached") from failure


class _PublicConnection(HTTPSConnection):
    resolve = staticmethod(resolve_public)

    def _new_conn(self) -> socket.socket:
        return _connect(self, self.resolve, self.port or 443)


class _PrivateConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self, resolve_private, self.port or 80)


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PrivatePool(HTTPConnectionPool):
    ConnectionCls = _PrivateConnection


class _GuardedAdapter(HTTPAdapter):
    """Opens every connection through one kind of pool."""

    def __init__(self, pool: type[HTTPConnectionPool]) -> None:
        self._pool = pool
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:  # noqa: FBT001, FBT002 - the signature of requests
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **more)
        manager.pool_classes_by_scheme = {"http": self._pool, "https": self._pool}
        self.poolmanager = manager
