from qbo_connector.web.sources import hook_views
from qbo_connector.web.sources.views import blueprint

__all__ = ["blueprint", "hook_views"]
