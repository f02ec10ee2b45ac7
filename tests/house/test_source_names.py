"""The core knows no source system by name: whatever differs between them is a declared policy."""

import re
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
READ = {".py", ".html", ".txt", ".js", ".css", ".toml", ".xml"}
# Names of systems whose keys are other words than people use for them.
ALSO = ("gohighlevel", "bill.com", "billcom", "leadconnector")
# A key that is also a word of bookkeeping counts only where it stands as a text of its own.
WORDS = frozenset({"bill"})


def plugin_keys() -> set[str]:
    manifests = CHECKOUT.glob("plugins/*/manifest.toml")
    return {tomllib.loads(file.read_text(encoding="utf-8"))["plugin"]["key"] for file in manifests}


def names_in(text: str, keys: set[str]) -> list[str]:
    """Every mention of a source system in the text."""
    anywhere = sorted(keys - WORDS) + list(ALSO)
    patterns = [rf"{re.escape(name)}" for name in anywhere] + [
        rf"qbo_source_{word}" for word in sorted(keys & WORDS)
    ]
    return re.findall("|".join(patterns), text, re.IGNORECASE)


def test_there_are_plugins_to_look_for():
    assert plugin_keys()


def test_the_core_names_no_source_system():
    keys = plugin_keys()
    files = [
        file for folder in ("qbo_connector", "templates", "migrations") for file in (CHECKOUT / folder).rglob("*")
    ]

    found = {
        str(file.relative_to(CHECKOUT)): names
        for file in files
        if file.suffix in READ and (names := names_in(file.read_text(encoding="utf-8"), keys))
    }

    assert found == {}


def test_the_guard_notices_a_name():
    keys = {"thrive", "bill"}

    assert names_in('if plugin.key == "Thrive":', keys) == ["Thrive"]
    assert names_in("import qbo_source_bill", keys) == ["qbo_source_bill"]
    assert names_in("class Bill: a document that a vendor sends", keys) == []
