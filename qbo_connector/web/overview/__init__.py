from qbo_connector.web.overview.views import blueprint

__all__ = ["blueprint"]
