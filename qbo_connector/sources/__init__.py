"""The plugin API: everything that the author of a source plugin may import, beside `canonical` and `errors`.

A plugin is a package with a `manifest.toml`, a module `plugin` that holds one `SourcePlugin`, and, if it wants, a
module `sandbox` with `create_sandbox(options)`.
"""

from qbo_connector.sources.answers import SourceAnswer
from qbo_connector.sources.api_version import API_VERSION
from qbo_connector.sources.capability import Capability
from qbo_connector.sources.discovery import PluginOrigin, PluginPlace, PluginProblem
from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.json_api import JsonApi
from qbo_connector.sources.json_record import JsonRecord
from qbo_connector.sources.local_server import LocalServer
from qbo_connector.sources.manifest import Manifest
from qbo_connector.sources.manifest_parts import Addon, Advice, DeclaredProperty, FieldRow, Links, Plans
from qbo_connector.sources.plugin import SourceContext, SourcePlugin
from qbo_connector.sources.registry import PluginEntry, Registry
from qbo_connector.sources.sandbox import Sandbox, SandboxDescription, SandboxOptions
from qbo_connector.sources.setting_field import HookSecret, SettingField, SettingType
from qbo_connector.sources.settings_form import masked, settings_form, settings_from
from qbo_connector.sources.signatures import (
    hmac_base64,
    hmac_hex,
    read_signed_context,
    require_fresh,
    require_secret,
    require_signature,
    signature_parts,
)
from qbo_connector.sources.values import (
    AccountInfo,
    Change,
    ChangePage,
    EmbedContext,
    EmbedRequest,
    HookDelivery,
    HookRequest,
    Option,
    Outcome,
    OutcomeState,
    ReadResult,
    Ref,
)

__all__ = [
    "API_VERSION",
    "AccountInfo",
    "Addon",
    "Advice",
    "Capability",
    "Change",
    "ChangePage",
    "DeclaredProperty",
    "EmbedContext",
    "EmbedRequest",
    "FieldRow",
    "HookDelivery",
    "HookRequest",
    "HookSecret",
    "JsonApi",
    "JsonRecord",
    "Links",
    "LocalServer",
    "Manifest",
    "Option",
    "Outcome",
    "OutcomeState",
    "Plans",
    "PluginEntry",
    "PluginOrigin",
    "PluginPlace",
    "PluginProblem",
    "ReadResult",
    "Ref",
    "Registry",
    "Sandbox",
    "SandboxDescription",
    "SandboxOptions",
    "SettingField",
    "SettingType",
    "SourceAnswer",
    "SourceContext",
    "SourceHttp",
    "SourcePlugin",
    "hmac_base64",
    "hmac_hex",
    "masked",
    "read_signed_context",
    "require_fresh",
    "require_secret",
    "require_signature",
    "settings_form",
    "settings_from",
    "signature_parts",
]  # fmt: skip
