"""What a plugin can do, and the verbs that each capability stands for."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Capability(StrEnum):
    """Declared in the manifest; the screens follow it. `read` is the one every plugin has."""

    READ = "read"
    CHANGED_SINCE = "changed_since"
    HOOKS = "hooks"
    WRITE_BACK = "write_back"
    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    OPTIONS = "options"
    EMBED = "embed"


OPTIONAL_VERBS: Mapping[Capability, str] = MappingProxyType({
    Capability.CHANGED_SINCE: "changed_since",
    Capability.HOOKS: "parse_hook",
    Capability.WRITE_BACK: "write_back",
    Capability.CREATE: "create",
    Capability.UPDATE: "update",
    Capability.REMOVE: "remove",
    Capability.OPTIONS: "options",
    Capability.EMBED: "embed_context",
})  # fmt: skip
"""The method that a declared capability must implement, and that an undeclared one must not."""
