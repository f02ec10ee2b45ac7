"""Every route says who may enter; a view that nobody decided about is a hole."""

import pytest
from flask import Flask

from qbo_connector.errors import ConfigurationError
from qbo_connector.web.access import check_marks, mark_of, public


def test_every_route_has_an_access_mark(app):
    routes = [rule for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"]

    unmarked = [rule.rule for rule in routes if mark_of(app.view_functions[rule.endpoint]) is None]

    assert len(routes) > 20
    assert unmarked == []


def test_the_guard_notices_an_unmarked_route():
    app = Flask("sly", static_folder=None)
    app.add_url_rule("/good", view_func=public(lambda: "good"), endpoint="good")
    app.add_url_rule("/sly", view_func=lambda: "sly", endpoint="sly")

    with pytest.raises(ConfigurationError, match="sly"):
        check_marks(app)
