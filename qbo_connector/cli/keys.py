"""``qbo-connector keys``."""

import os

import click

from qbo_connector import config
from qbo_connector.assembly import vault_of
from qbo_connector.cli.opening import opened
from qbo_connector.config import Settings, data_folder
from qbo_connector.errors import ConfigurationError
from qbo_connector.store.rotation import rotate_all

VARIABLE = config.variable("encryption_keys")


@click.group()
def keys() -> None:
    """Look after the keys that protect sessions and stored secrets."""


@keys.command()
@click.option("--keep", is_flag=True, help="put a fresh encryption key in front of those in the data folder")
def new(*, keep: bool) -> None:
    """Print fresh keys, ready for the environment."""
    if not keep:
        click.echo(f"{config.variable('secret_key')}={data_folder.new_secret_key()}")
        click.echo(f"{VARIABLE}={data_folder.new_encryption_key()}")
        return
    settings = config.load()
    if not _are_kept(settings):
        raise ConfigurationError(f"The keys are not in the data folder: put the fresh one in front of {VARIABLE}.")
    present = [key.get_secret_value() for key in settings.encryption_keys]
    data_folder.replace_encryption_keys(settings.data_dir, [data_folder.new_encryption_key(), *present])
    click.echo("Restart every process, so that all of them know the new key; then run: qbo-connector keys rotate")


@keys.command()
def rotate() -> None:
    """Encrypt everything stored under the newest key, so that older keys can go."""
    settings = config.load()
    with opened(settings) as database:
        count = rotate_all(database, vault_of(settings))
    click.echo(f"{count} stored secrets were encrypted anew.")
    newest, *older = settings.encryption_keys
    if not older:
        return
    if _are_kept(settings):
        data_folder.replace_encryption_keys(settings.data_dir, [newest.get_secret_value()])
        click.echo("The older keys were removed from the data folder.")
    else:
        click.echo(f"Take everything behind the first key out of {VARIABLE}, and restart every process.")


def _are_kept(settings: Settings) -> bool:
    """Whether the data folder, not the environment, is where the encryption keys come from."""
    return settings.keeps_keys and not os.environ.get(VARIABLE)
