"""``qbo-connector user``."""

import sys

import click
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from qbo_connector import config
from qbo_connector.cli.opening import opened
from qbo_connector.store import memberships, organizations, users
from qbo_connector.store.passwords import hash_password
from qbo_connector.store.states import Role

SHORTEST_PASSWORD = 10


class EmailAddress(click.ParamType[str]):
    """An address that could exist; whether it does is not asked."""

    name = "e-mail"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address in its usual form."""
        try:
            return validate_email(value, check_deliverability=False).normalized
        except EmailNotValidError as err:
            self.fail(str(err), param, ctx)


@click.group()
def user() -> None:
    """Look after the people who sign in."""


@user.command()
@click.argument("email", type=EmailAddress())
@click.option("--name", default="", help="how to greet them")
@click.option("--organization", default="", help="make them a member; founded if there is none of that name")
@click.option("--role", type=click.Choice(Role, case_sensitive=False), default=Role.OWNER, show_default=True)
@click.option("--operator", is_flag=True, help="they run the installation, above organizations")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input instead of asking")
def create(*, email: str, name: str, organization: str, role: Role, operator: bool, password_stdin: bool) -> None:
    """Create a person who may sign in."""
    if not (organization or operator):
        raise click.UsageError("Say --organization NAME, --operator, or both: else they could see nothing.")
    hashed = hash_password(_password(from_stdin=password_stdin))

    def work(session: Session) -> None:
        if users.find_by_email(session, email):
            raise click.ClickException(f"{email} exists already.")
        added = users.add(session, email=email, password_hash=hashed, name=name, is_operator=operator)
        if organization:
            organization_id = _organization_id(session, organization)
            memberships.grant(session, organization_id=organization_id, user_id=added.id, role=role)

    settings = config.load()
    with opened(settings) as database:
        database.write(work)
    click.echo(f"{email} may sign in at {settings.base_url}.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"A password has {SHORTEST_PASSWORD} characters or more.")
    return password


def _organization_id(session: Session, name: str) -> int:
    for organization in organizations.list_all(session):
        if organization.name.casefold() == name.casefold():
            return organization.id
    return organizations.add(session, name=name).id
