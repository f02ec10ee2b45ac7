from pathlib import Path

from qbo_connector import paths

CHECKOUT = Path(__file__).parents[3]


def test_a_checkout_keeps_templates_and_migrations_beside_the_package():
    assert paths.templates() == CHECKOUT / "templates"
    assert paths.migrations() == CHECKOUT / "migrations"
    assert paths.plugin_shelf() == CHECKOUT / "plugins"


def test_a_relative_custom_of_the_platform_is_ignored(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")

    assert paths.user_data({"XDG_DATA_HOME": "relative"}) == Path.home() / ".local" / "share" / "qbo-connector"
    assert paths.user_data({"XDG_DATA_HOME": "/custom"}) == Path("/custom/qbo-connector")
