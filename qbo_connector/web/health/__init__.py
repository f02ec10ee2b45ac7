from qbo_connector.web.health.views import blueprint

__all__ = ["blueprint"]
