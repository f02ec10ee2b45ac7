from qbo_connector.web.pairings import filter_views, mapping_views, shadow_views
from qbo_connector.web.pairings.views import blueprint

__all__ = ["blueprint", "filter_views", "mapping_views", "shadow_views"]
