"""Two sites: the widget at 127.0.0.1 and the page that embeds it at localhost, each on a port of its own."""

from flask import Flask, request
from markupsafe import escape

from qbo_connector import paths
from qbo_connector.web import security
from qbo_connector.web.widget.pages import pages
from tests.integration.widget_api.stage.service import KID, Stage, service

WIDGET_HOST = "127.0.0.1"
PAGE_HOST = "localhost"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Invoice</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ margin: 12px; font: 14px sans-serif; background: {background}; }}
#slot {{ width: {width}px; }}
</style>
<script>
window.heard = [];
for (const name of ["ready", "synced", "failed", "token-needed"])
  document.addEventListener(`qbo-sync:${{name}}`, (event) => window.heard.push([name, event.detail]));
</script>
<script src="{widget}/widget/v1/qbo-sync.js"></script></head>
<body><main>
<h1>Invoice</h1>
<div id="slot"><qbo-sync token="{token}" {attributes}></qbo-sync></div>
</main></body></html>"""


def widget_app(stage: Stage, origins: list[str]) -> Flask:
    """The product's pages around the stage's answers. ``origins`` may be filled after the page has its port."""
    app = Flask("stage", template_folder=str(paths.templates()))
    security.init_app(app, secure=False)
    app.register_blueprint(pages(lambda kid: origins if kid == KID else None), url_prefix="/widget/v1")
    app.register_blueprint(service(stage), url_prefix="/widget/v1")
    return app


def page_app(widget_address: str) -> Flask:
    """A page of a source system: ``/?token=…&width=…&theme=…&accent=…``."""
    app = Flask("page")

    @app.get("/")
    def page() -> str:
        wanted = {name: request.args[name] for name in ("theme", "accent") if name in request.args}
        return PAGE.format(
            widget=widget_address,
            width=request.args.get("width", 640, int),
            background="#0d1117" if request.args.get("dark") else "#ffffff",
            token=escape(request.args.get("token", "")),
            attributes=" ".join(f'{name}="{escape(value)}"' for name, value in wanted.items()),
        )

    @app.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        return "", 204

    return app
