import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from qbo_connector import config
from qbo_connector.config import data_folder
from qbo_connector.errors import ConfigurationError

GOOD_KEY = Fernet.generate_key().decode()
LONG_SECRET = "s" * 32
PRODUCTION = {
    "environment": "production",
    "base_url": "https://sync.example.com",
    "secret_key": LONG_SECRET,
    "encryption_keys": GOOD_KEY,
}


@pytest.fixture
def environ(tmp_path, monkeypatch):
    """Sets variables; the data folder is a fresh one unless a test says otherwise."""

    def set_all(**variables):
        for name, value in {"QBO_DATA_DIR": str(tmp_path / "data"), **variables}.items():
            monkeypatch.setenv(name, value)

    set_all()
    return set_all


def complaint(**overrides) -> str:
    with pytest.raises(ConfigurationError) as caught:
        config.load(**overrides)
    return str(caught.value)


class TestDefaults:
    def test_keep_the_database_in_the_data_folder(self, environ, tmp_path):
        settings = config.load()

        assert settings.database_url == f"sqlite:///{tmp_path}/data/qbo-connector.sqlite3"
        assert (tmp_path / "data").is_dir()

    def test_put_the_data_folder_where_the_platform_wants_it(self, monkeypatch, tmp_path):
        monkeypatch.delenv("QBO_DATA_DIR", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))

        assert config.load().data_dir.name == "qbo-connector"
        assert config.load().data_dir.is_relative_to(tmp_path)

    def test_mean_no_real_books(self, environ):
        assert not config.load().is_production

    def test_treat_an_empty_variable_as_unset(self, environ):
        environ(QBO_REDIS_URL="", QBO_LEASE_S="")

        assert config.load().redis_url == "redis://127.0.0.1:6379/0"


class TestEnvironmentVariables:
    def test_are_read_with_their_types(self, environ):
        environ(
            QBO_LEASE_S="2.5",
            QBO_HEARTBEAT_S="0.5",
            QBO_ALLOW_PRIVATE_SOURCES="true",
            QBO_ADDONS_PATH=f"/a{os.pathsep}/b",
            QBO_ENCRYPTION_KEYS=f"{GOOD_KEY}, {GOOD_KEY}",
        )

        settings = config.load()

        assert settings.lease_s == 2.5
        assert settings.allow_private_sources is True
        assert settings.addons_path == (Path("/a"), Path("/b"))
        assert [key.get_secret_value() for key in settings.encryption_keys] == [GOOD_KEY, GOOD_KEY]

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
    def test_name_postgresql_in_either_way(self, environ, scheme):
        environ(QBO_DATABASE_URL=f"{scheme}://u@h/d")

        assert config.load().database_url == "postgresql+psycopg://u@h/d"

    def test_lose_the_slash_at_the_end_of_addresses(self, environ):
        environ(QBO_BASE_URL="http://localhost:8000/", QBO_ENVIRONMENT="http://127.0.0.1:8010/")

        settings = config.load()

        assert settings.base_url == "http://localhost:8000"
        assert settings.simulator_url == "http://127.0.0.1:8010"

    def test_that_are_no_settings_are_named(self):
        environ = {"QBO_DATABSE_URL": "x", "QBO_BASE_URL": "y", "HOME": "z"}

        assert config.unknown_variables(environ) == ("QBO_DATABSE_URL",)


class TestComplaints:
    @pytest.mark.parametrize(
        ("variables", "sentence"),
        [
            (
                {"QBO_DATABASE_URL": "mysql://h/d"},
                "QBO_DATABASE_URL must be a sqlite:// or postgresql:// address.",
            ),
            ({"QBO_REDIS_URL": "http://h"}, "QBO_REDIS_URL must be a redis://, rediss:// or unix:// address."),
            ({"QBO_SECRET_KEY": "short"}, "QBO_SECRET_KEY must have 32 characters or more."),
            ({"QBO_BASE_URL": "example.com"}, "QBO_BASE_URL must be an http(s) address"),
            ({"QBO_BASE_URL": "https://example.com/?a=1"}, "QBO_BASE_URL must be an http(s) address"),
            ({"QBO_ENVIRONMENT": "prod"}, "QBO_ENVIRONMENT must be production, sandbox, or a simulator's"),
            ({"QBO_LEASE_S": "0"}, "QBO_LEASE_S is not usable: input should be greater than 0"),
            ({"QBO_LEASE_S": "10"}, "QBO_HEARTBEAT_S must be at most half of QBO_LEASE_S"),
            ({"QBO_SUPPORT_URL": "javascript:alert(1)"}, "QBO_SUPPORT_URL must be an https or mailto address."),
            ({"QBO_LOG_LEVEL": "loud"}, "QBO_LOG_LEVEL is not usable"),
        ],
    )
    def test_are_sentences_that_name_the_variable(self, environ, variables, sentence):
        environ(**variables)

        assert sentence in complaint()

    def test_name_everything_that_is_wrong_at_once(self, environ):
        environ(QBO_REDIS_URL="x", QBO_SECRET_KEY="short")

        assert complaint().count("\n") == 1

    def test_never_repeat_a_secret(self, environ):
        environ(QBO_SECRET_KEY="hush-hush", QBO_ENCRYPTION_KEYS="not-a-key-but-secret")

        with pytest.raises(ConfigurationError) as caught:
            config.load()

        said = f"{caught.value} {caught.value.__cause__}"
        assert "key 1 is not a Fernet key" in said
        assert "hush-hush" not in said
        assert "not-a-key-but-secret" not in said

    def test_say_when_the_data_folder_cannot_be_made(self, environ, tmp_path):
        (tmp_path / "file").write_text("")
        environ(QBO_DATA_DIR=str(tmp_path / "file" / "data"))

        assert "cannot be used" in complaint()
        assert "QBO_DATA_DIR" in complaint()


class TestProduction:
    def test_starts_when_everything_is_given(self, environ):
        settings = config.load(**PRODUCTION)

        assert settings.is_production
        assert settings.simulator_url is None

    @pytest.mark.parametrize("missing", ["secret_key", "encryption_keys"])
    def test_refuses_to_start_without_a_key(self, environ, missing, tmp_path):
        said = complaint(**{name: value for name, value in PRODUCTION.items() if name != missing})

        assert f"production needs {config.variable(missing)}" in said
        assert not (tmp_path / "data" / data_folder.SESSION_KEY_FILE).exists()

    def test_refuses_an_address_that_intuit_would_not_redirect_to(self, environ):
        assert "https" in complaint(**PRODUCTION | {"base_url": "http://sync.example.com"})

    def test_may_be_tried_on_this_machine(self, environ):
        assert config.load(**PRODUCTION | {"base_url": "http://localhost:8000"}).is_production


class TestKeptKeys:
    def test_are_made_once_and_kept_for_their_owner_only(self, environ, tmp_path):
        first, second = config.load(), config.load()

        assert first.secret_key == second.secret_key
        assert first.encryption_keys == second.encryption_keys
        assert len(first.encryption_keys) == 1
        modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()}
        assert modes == {0o600}

    def test_give_way_to_the_environment(self, environ, tmp_path):
        environ(QBO_SECRET_KEY=LONG_SECRET, QBO_ENCRYPTION_KEYS=GOOD_KEY)

        assert config.load().secret_key.get_secret_value() == LONG_SECRET
        assert list((tmp_path / "data").iterdir()) == []

    def test_are_the_same_for_processes_that_start_together(self, environ):
        with ThreadPoolExecutor(8) as pool:
            settings = list(pool.map(lambda _: config.load(), range(16)))

        assert len({each.secret_key.get_secret_value() for each in settings}) == 1
        assert len({each.encryption_keys[0].get_secret_value() for each in settings}) == 1

    def test_can_be_replaced(self, environ, tmp_path):
        old = config.load().encryption_keys[0].get_secret_value()

        data_folder.replace_encryption_keys(tmp_path / "data", [GOOD_KEY, old])

        assert [key.get_secret_value() for key in config.load().encryption_keys] == [GOOD_KEY, old]
        assert stat.S_IMODE((tmp_path / "data" / data_folder.ENCRYPTION_KEYS_FILE).stat().st_mode) == 0o600


def test_the_table_masks_whatever_is_secret(environ):
    environ(QBO_DATABASE_URL="postgresql://u:hush@h/d", QBO_CLIENT_SECRET="hush", QBO_VERIFIER_TOKEN="hush")

    rows = {row.name: row.value for row in config.table(config.load())}

    assert "hush" not in "".join(rows.values())
    assert rows["QBO_DATABASE_URL"] == "postgresql+psycopg://u:********@h/d"
    assert rows["QBO_CLIENT_SECRET"] == "********"
    assert rows["QBO_LEASE_S"] == "30.0"


def test_the_representation_hides_whatever_is_secret(environ):
    environ(
        QBO_DATABASE_URL="postgresql://u:hush@h/d", QBO_REDIS_URL="redis://:hush@h/0", QBO_CLIENT_SECRET="hush"
    )

    assert "hush" not in repr(config.load())
