import os
import subprocess
import sys

import pytest
import redis
from click.testing import CliRunner
from cryptography.fernet import Fernet
from sqlalchemy import text

from qbo_connector import config
from qbo_connector.cli import main
from qbo_connector.cli.exit_code import ExitCode
from qbo_connector.cli.opening import opened
from qbo_connector.config import data_folder
from qbo_connector.store import memberships, organizations, sources, users
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import Role

EMAIL = "ann@example.com"
PASSWORD = "correct horse"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in this process, on a data folder of this test's own."""
    monkeypatch.setenv("QBO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QBO_REDIS_URL", "redis://127.0.0.1:1/0")

    def invoke(*arguments, typed=None):
        return CliRunner().invoke(main, arguments, input=typed, catch_exceptions=False)

    return invoke


@pytest.fixture
def database(run):
    """The migrated database of the data folder."""
    run("db", "upgrade")
    with opened(config.load()) as database:
        yield database


def create_user(run, *options):
    return run("user", "create", EMAIL, "--password-stdin", *options, typed=f"{PASSWORD}\n")


class TestExitCodes:
    def test_good_is_0(self, run):
        assert run("settings").exit_code == ExitCode.GOOD == 0

    def test_a_failed_check_is_1(self, run):
        assert run("doctor").exit_code == ExitCode.CHECK_FAILED == 1

    def test_wrong_usage_is_2(self, run):
        assert run("simulator", "--region", "XX").exit_code == ExitCode.USAGE == 2
        assert run("no-such-command").exit_code == ExitCode.USAGE

    @pytest.mark.parametrize("command", ["simulator", "web", "demo"])
    def test_a_port_that_cannot_be_is_named(self, run, command):
        result = run(command, "--port", "99999")

        assert result.exit_code == ExitCode.USAGE
        assert "'--port': 99999 is not in the range" in result.output

    def test_configuration_is_3_and_a_sentence_without_a_traceback(self, run, monkeypatch):
        monkeypatch.setenv("QBO_REDIS_URL", "nonsense")

        result = run("settings")

        assert result.exit_code == ExitCode.CONFIGURATION == 3
        assert result.stderr == "Configuration: QBO_REDIS_URL must be a redis://, rediss:// or unix:// address.\n"

    def test_the_real_program_ends_with_them_too(self, tmp_path):
        command = [sys.executable, "-m", "qbo_connector.cli", "settings"]
        environ = {**os.environ, "QBO_DATA_DIR": str(tmp_path), "QBO_ENVIRONMENT": "production"}

        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - our own

        assert done.returncode == 3
        assert "Traceback" not in done.stderr
        assert "production needs QBO_SECRET_KEY and QBO_ENCRYPTION_KEYS" in done.stderr


class TestSettings:
    def test_are_shown_with_secrets_masked(self, run, monkeypatch):
        monkeypatch.setenv("QBO_CLIENT_SECRET", "hush")

        shown = run("settings").stdout

        assert "QBO_CLIENT_SECRET" in shown
        assert "hush" not in shown

    def test_that_are_none_are_named(self, run, monkeypatch):
        monkeypatch.setenv("QBO_DATABSE_URL", "x")

        assert "QBO_DATABSE_URL is set, but there is no such setting." in run("settings").stderr


class TestUserCreate:
    def test_makes_a_person_who_can_sign_in_and_an_organization(self, run, database):
        result = create_user(run, "--organization", "Oak & Pine", "--role", "admin")

        assert result.exit_code == 0
        with database.writing() as session:
            person = users.authenticate(session, email=EMAIL, password=PASSWORD)
            (found,) = memberships.list_organizations(session, person.id)
        assert (found[0].name, found[1]) == ("Oak & Pine", Role.ADMIN)
        assert not person.is_operator

    def test_joins_an_organization_that_exists_in_whatever_case(self, run, database):
        with database.writing() as session:
            organizations.add(session, name="Oak & Pine")

        create_user(run, "--organization", "oak & pine")

        with database.reading() as session:
            assert len(organizations.list_all(session)) == 1

    def test_makes_an_operator(self, run, database):
        create_user(run, "--operator")

        with database.reading() as session:
            assert users.find_by_email(session, EMAIL).is_operator

    def test_refuses_a_second_person_with_the_same_address(self, run, database):
        create_user(run, "--operator")

        result = create_user(run, "--operator")

        assert result.exit_code == 1
        assert "exists already" in result.stderr

    def test_asks_what_the_person_is_for(self, run, database):
        assert create_user(run).exit_code == ExitCode.USAGE

    def test_refuses_a_short_password(self, run, database):
        result = run("user", "create", EMAIL, "--operator", "--password-stdin", typed="short\n")

        assert result.exit_code == ExitCode.USAGE

    def test_asks_for_the_password_twice(self, run, database):
        result = run("user", "create", EMAIL, "--operator", typed=f"{PASSWORD}\n{PASSWORD}\n")

        assert result.exit_code == 0
        assert PASSWORD not in result.output

    def test_says_when_the_database_is_not_ready(self, run):
        result = create_user(run, "--operator")

        assert result.exit_code == ExitCode.CONFIGURATION
        assert "Run: qbo-connector db upgrade" in result.stderr


class TestKeys:
    def test_new_prints_keys_that_production_accepts(self, run):
        printed = dict(line.split("=", 1) for line in run("keys", "new").stdout.splitlines())

        settings = config.load(
            environment="production",
            base_url="https://sync.example.com",
            secret_key=printed["QBO_SECRET_KEY"],
            encryption_keys=printed["QBO_ENCRYPTION_KEYS"],
        )

        assert settings.is_production

    def test_rotating_kept_keys_leaves_everything_readable_under_the_new_key_alone(self, run, database, tmp_path):
        with database.writing() as session:
            organization = organizations.add(session, name="Oak & Pine")
            account = SourceAccount(
                organization_id=organization.id, source_key="x", name="X", settings={"api_key": "hush"}
            )
            account_id = sources.add(session, account).id
        (old,) = (tmp_path / "data" / data_folder.ENCRYPTION_KEYS_FILE).read_text().split()

        added, rotated = run("keys", "new", "--keep"), run("keys", "rotate")

        assert (added.exit_code, rotated.exit_code) == (0, 0)
        assert "1 stored secrets were encrypted anew." in rotated.stdout
        (new,) = (tmp_path / "data" / data_folder.ENCRYPTION_KEYS_FILE).read_text().split()
        assert new != old
        with opened(config.load()) as reopened, reopened.reading() as session:
            assert sources.load(session, account_id).settings == {"api_key": "hush"}
            stored = session.execute(text("SELECT settings FROM source_accounts")).scalar_one()
        assert Fernet(new).decrypt(stored) == b'{"api_key":"hush"}'

    def test_rotating_keys_of_the_environment_says_which_to_take_out(self, run, database, monkeypatch):
        keys = f"{data_folder.new_encryption_key()},{data_folder.new_encryption_key()}"
        monkeypatch.setenv("QBO_ENCRYPTION_KEYS", keys)

        assert "Take everything behind the first key out of QBO_ENCRYPTION_KEYS" in run("keys", "rotate").stdout
        assert run("keys", "new", "--keep").exit_code == ExitCode.CONFIGURATION


class TestDoctor:
    def test_names_what_is_wrong_and_what_to_do(self, run):
        said = run("doctor").stdout

        assert "BAD      redis      Redis does not answer" in said
        assert "Run: qbo-connector db upgrade" in said
        assert "QBO_CLIENT_ID" in said

    def test_says_that_nobody_listens(self, run, database):
        said = run("doctor").stdout

        assert "No worker listens to interactive, event, bulk, maintenance" in said
        assert "No scheduler runs" in said

    def test_finds_open_keys(self, run, database, tmp_path):
        (tmp_path / "data" / data_folder.SESSION_KEY_FILE).chmod(0o644)

        assert "Other people of this machine can read" in run("doctor").stdout

    def test_looks_at_the_memory_policy_of_redis(self, run, valkey, monkeypatch):
        monkeypatch.setenv("QBO_REDIS_URL", valkey)
        with redis.Redis.from_url(valkey) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            try:
                said = run("doctor").stdout
            finally:
                client.config_set("maxmemory-policy", "noeviction")

        assert "warning  redis      Redis may throw away keys when it is full (policy allkeys-lru)" in said

    def test_says_when_postgresql_is_away_without_its_password(self, run, monkeypatch):
        monkeypatch.setenv("QBO_DATABASE_URL", "postgresql://u:hush@127.0.0.1:1/d")

        said = run("doctor").stdout

        assert "BAD      database   The database does not answer" in said
        assert "hush" not in said


def test_plugins_list_shows_the_bundled_ones(run):
    result = run("plugins", "list")

    assert result.exit_code == 0
    assert "bundled" in result.stdout


def test_plugins_list_fails_for_one_that_cannot_be_used(run, tmp_path, monkeypatch):
    broken = tmp_path / "addons" / "broken"
    broken.mkdir(parents=True)
    broken.joinpath("manifest.toml").write_text("nonsense")
    monkeypatch.setenv("QBO_ADDONS_PATH", str(tmp_path / "addons"))

    result = run("plugins", "list")

    assert result.exit_code == ExitCode.CHECK_FAILED
    assert "broken" in result.stderr
