from qbo_connector.web.settings import key_views
from qbo_connector.web.settings.views import blueprint

__all__ = ["blueprint", "key_views"]
