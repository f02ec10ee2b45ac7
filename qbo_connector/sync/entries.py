"""The registry's entry of a source, or a refusal that says what is missing."""

from qbo_connector.errors import ConfigurationError
from qbo_connector.sources.registry import PluginEntry
from qbo_connector.sync.services import Services


def entry_of(services: Services, source_key: str) -> PluginEntry:
    """The registry's entry of a source.

    Raises:
        ConfigurationError: it is not installed (`plugin.unavailable`).
    """
    entry = services.registry.find(source_key)
    if entry is None:
        params = {"source": source_key, "reason": "it is not installed"}
        raise ConfigurationError(f"no plugin {source_key}", reason="plugin.unavailable", params=params)
    return entry
