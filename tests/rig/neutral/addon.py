"""The plugin as a third party delivers it: a folder for QBO_ADDONS_PATH, with a manifest that leaves all open.

Every policy with a closed set of values may be chosen to each of them, so a test switches policies as an admin
does: by the pairing's rules. What no rule can change (an entitlement, a text) is told to ``make_addon``.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qbo_connector.policy.policies import Policies
from qbo_connector.policy.policy_manifest import allowed_values, holds_several, keys_of
from qbo_connector.policy.policy_parts import Entitlement

KEY = "neutral"
NAME = "Neutral Books"
PACKAGE = Path(__file__).parent / "package"
FILTERS = ("currency=USD", "currency=USD,CAD")
HEAD = f"""
[plugin]
key = "{KEY}"
name = "{NAME}"
summary = "Carries whatever an invoice can carry"
version = "1.0.0"
host = ">=1,<2"
category = "test"
author = "qbo-connector"
license = "Apache-2.0"
icon = "icon.svg"
capabilities = ["read", "changed_since", "hooks", "write_back", "options"]
kinds = ["invoice"]

[links]
keys = "https://books.neutral.example/keys"

[[settings]]
name = "base_url"
label = "Address"
type = "url"
required = true

[[settings]]
name = "api_key"
label = "API key"
secret = true
required = true

[[settings]]
name = "signing_secret"
label = "Signing secret"
secret = true
hook_secret = "ours"

[policies]
"""
CALM = {"cutoff": "none", "tax": "pass_through", "payments_out": "no"}
"""Values of the manifest that differ from the product's careful ones: an invoice of any age is welcome."""


def make_addon(folder: Path, **fixed: Any) -> Path:
    """Write the plugin below ``folder`` and answer the addons folder to name in QBO_ADDONS_PATH.

    Args:
        folder: of the test; may hold several addons.
        fixed: policies as the manifest's table has them, ``entitlement=["beta"]``; these cannot be chosen anew.
    """
    manifest = HEAD + "".join(_rows(fixed))
    # A process imports a package once, by name and folder: each manifest is a package of its own.
    name = f"neutral_{hashlib.sha256(f'{folder}{manifest}'.encode()).hexdigest()[:12]}"
    addons = folder / "addons" / name
    if not addons.is_dir():
        shutil.copytree(PACKAGE, addons / name, ignore=shutil.ignore_patterns("__pycache__"))
        (addons / name / "manifest.toml").write_text(manifest, encoding="utf-8")
    return addons


def _rows(fixed: Mapping[str, Any]) -> list[str]:
    open_ones = {key: _choices(key) for key in keys_of(Policies) if key not in fixed}
    told = {key: _toml(value) for key, value in fixed.items()}
    return [f"{key} = {value}\n" for key, value in {**open_ones, **told}.items() if value]


def _choices(key: str) -> str:
    """``{ default = …, user = [every value] }``; empty for what cannot be left to a choice."""
    field = Policies.model_fields[key]
    values = [value for value in allowed_values(Policies, key) if value != "currency"]
    if not values or field.annotation is Entitlement:
        return ""
    if key == "extra_filters":
        return f"{{ default = [], operator = {_toml([*values, *FILTERS])} }}"
    default = CALM.get(key, field.default)
    role = "operator" if holds_several(Policies, key) else "user"
    return f"{{ default = {_toml(default)}, {role} = {_toml(values)} }}"


def _toml(value: Any) -> str:
    """A value as TOML writes it; JSON's texts, numbers and lists are spelled alike."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    return json.dumps([str(one) for one in value] if isinstance(value, list | tuple) else value)
