"""Sixteen processes whose token was refused at the same moment, several times over. A script of a test."""

import json
import multiprocessing
import sys
from multiprocessing.synchronize import Barrier
from typing import Any

from qbo_connector.errors import ConnectorError
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.oauth import QboApp, QboOAuth
from qbo_connector.qbo.tokens import TokenSource
from qbo_connector.store import Vault, open_database
from qbo_connector.sync.token_store import DatabaseTokenStore

PROCESSES = 16
ROUNDS = 3


def one_process(number: int, asked: dict[str, str], together: Barrier, out: Any) -> None:
    database = open_database(asked["database_url"], Vault([asked["key"]]))
    store, connection = DatabaseTokenStore(database), asked["connection"]
    app = QboApp(
        client_id=asked["client_id"], client_secret=asked["client_secret"], redirect_uri="http://localhost"
    )
    oauth = QboOAuth(app, environment(asked["base_url"]))
    source = TokenSource(connection, store, oauth, wait_s=30)
    for _ in range(ROUNDS):
        refused = store.load(connection).tokens.access_token
        together.wait(60)
        try:
            out.put((number, "token", source.refreshed_after_401(refused)))
        except ConnectorError as err:
            out.put((number, "error", err.reason))
        together.wait(60)
    oauth.close()
    database.close()


def main() -> None:
    asked = json.loads(sys.argv[1])
    context = multiprocessing.get_context("fork")
    together, out = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=one_process, args=(number, asked, together, out)) for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    results = [out.get(timeout=90) for _ in range(PROCESSES * ROUNDS)]
    for process in processes:
        process.join(30)
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main()
