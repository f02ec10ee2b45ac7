from qbo_connector.web.home.views import blueprint

__all__ = ["blueprint"]
