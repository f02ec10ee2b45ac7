"""``qbo-connector openapi``."""

import json

import click

from qbo_connector import config
from qbo_connector.app import create_app

ADDRESS = "/api/v1/openapi.json"


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of the JSON API, as it is served."""
    with create_app(config.load()).test_client() as client:
        document = client.get(ADDRESS).get_json()
    click.echo(json.dumps(document, indent=2))
