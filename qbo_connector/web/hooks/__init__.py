from qbo_connector.web.hooks.views import blueprint

__all__ = ["blueprint"]
