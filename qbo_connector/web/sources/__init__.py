from qbo_connector.web.sources.views import blueprint

__all__ = ["blueprint"]
