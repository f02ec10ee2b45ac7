from qbo_connector.web.auth.views import blueprint

__all__ = ["blueprint"]
