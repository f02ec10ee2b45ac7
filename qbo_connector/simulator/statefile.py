"""Keeping companies and grants across restarts, in one JSON file."""

import threading
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Record, Tombstone
from qbo_connector.simulator.company.regions import REGIONS
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.knobs import Knobs
from qbo_connector.simulator.oauth.grants import Grant
from qbo_connector.simulator.wire import json as wire_json
from qbo_connector.simulator.wire.numbers import decimal_of
from qbo_connector.simulator.world import World

_FORMAT = 1
_SAVE_EVERY_S = 1.0


class StateKeeper:
    """Writes the file a little after every change, so that even a killed simulator loses next to nothing."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="simulator-state", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Write a last time."""
        self._ended.set()
        self._thread.join()
        save_state(self._world, self._path)

    def _work(self) -> None:
        while not self._ended.wait(_SAVE_EVERY_S):
            if self._world.take_dirty():
                save_state(self._world, self._path)


def save_state(world: World, path: Path) -> None:
    """Write the file whole and swap it in, so that a crash leaves the former one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(wire_json.dumps(dumped(world)), encoding="utf-8")
    draft.replace(path)


def load_state(world: World, path: Path) -> bool:
    """Take up where the file left off; False if there is none.

    Raises:
        ValueError: the file is not one of ours.
    """
    if not path.exists():
        return False
    try:
        restore(world, wire_json.loads(path.read_bytes()))
    except ValueError as err:
        raise ValueError(f"{path}: {err}") from err
    return True


def dumped(world: World) -> dict[str, Any]:
    """Companies, grants and knobs as JSON values, decimals exact."""
    return {
        "format": _FORMAT,
        "knobs": {name: _exact(value) for name, value in world.knobs.model_dump().items()},
        "companies": [_dump_company(company) for company in world.companies.values()],
        "grants": [_dump_grant(grant) for grant in world.grants.all()],
    }


def restore(world: World, state: object) -> None:
    """Put this state in place of everything; faults, webhooks, clock and the list of requests start anew.

    Raises:
        ValueError: it is no state of ours; nothing has changed then.
    """
    if not isinstance(state, dict) or state.get("format") != _FORMAT:
        raise ValueError("this is no state file of this simulator")
    knobs = Knobs().changed(state["knobs"])
    companies = [_load_company(world, dump) for dump in state["companies"]]
    grants = [_load_grant(grant) for grant in state["grants"]]
    if not companies:
        raise ValueError("a state holds one company at least")
    world.clear()
    world.knobs = knobs
    for company in companies:
        world.adopt(company)
    for grant in grants:
        world.grants.restore(grant)


def _dump_company(company: Company) -> dict[str, Any]:
    with company.lock:
        return {
            "realm_id": company.realm_id,
            "region": company.region.code,
            "subscription_ended": company.subscription_ended,
            "last_ids": company.last_ids(),
            "records": [_dump_record(record) for record in company.records()],
            "tombstones": [[stone.entity, stone.id, stone.at.isoformat()] for stone in company.tombstones],
            "files": {key: b64encode(data).decode() for key, data in company.files.items()},
            "links": [[*source, *target, amount] for source, target, amount in company.links.dump()],
        }


def _dump_record(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind.name,
        "id": record.id,
        "body": record.body,
        "updated": record.updated.isoformat(),
        "sequence": record.sequence,
        "facts": record.facts,
    }


def _load_company(world: World, dump: dict[str, Any]) -> Company:
    company = Company(
        realm_id=dump["realm_id"],
        region=REGIONS[dump["region"]],
        clock=world.clock,
        knobs=lambda: world.knobs,
    )
    company.subscription_ended = dump["subscription_ended"]
    for entry in dump["records"]:
        company.adopt(
            Record(
                kind=kind(entry["kind"]),
                id=entry["id"],
                body=entry["body"],
                updated=datetime.fromisoformat(entry["updated"]),
                sequence=entry["sequence"],
                facts=entry["facts"],
            )
        )
    for space, number in dump["last_ids"].items():
        company.reserve(space, str(number))
    company.tombstones = [
        Tombstone(entity=entity, id=identifier, at=datetime.fromisoformat(at))
        for entity, identifier, at in dump["tombstones"]
    ]
    company.files = {key: b64decode(data) for key, data in dump.get("files", {}).items()}
    _load_links(company, dump["links"])
    return company


def _load_links(company: Company, links: list[list[str]]) -> None:
    by_source: dict[tuple[str, str], dict[tuple[str, str], Any]] = {}
    for source_kind, source_id, target_kind, target_id, amount in links:
        targets = by_source.setdefault((source_kind, source_id), {})
        targets[(target_kind, target_id)] = decimal_of(amount)
    for source, targets in by_source.items():
        company.links.replace(source, targets)


def _dump_grant(grant: Grant) -> dict[str, Any]:
    return {
        "realm_id": grant.realm_id,
        "scope": grant.scope,
        "began": grant.began.isoformat(),
        "refresh_token": grant.refresh_token,
        "rotated": grant.rotated.isoformat(),
        "used": grant.used.isoformat(),
        "revoked": grant.revoked,
        "member": grant.member,
        "access": {token: end.isoformat() for token, end in grant.access.items()},
        "former": {token: at.isoformat() for token, at in grant.former.items()},
    }


def _load_grant(dump: dict[str, Any]) -> Grant:
    return Grant(
        realm_id=dump["realm_id"],
        scope=dump["scope"],
        began=datetime.fromisoformat(dump["began"]),
        refresh_token=dump["refresh_token"],
        rotated=datetime.fromisoformat(dump["rotated"]),
        used=datetime.fromisoformat(dump["used"]),
        revoked=dump["revoked"],
        member=dump["member"],
        access={token: datetime.fromisoformat(end) for token, end in dump["access"].items()},
        former={token: datetime.fromisoformat(at) for token, at in dump["former"].items()},
    )


def _exact(value: Any) -> Any:
    return decimal_of(value) if isinstance(value, float) else value
