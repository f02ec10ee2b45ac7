import pytest

from qbo_connector.store import installs, sources

SOURCE = "thrive"


@pytest.fixture
def path(stage):
    return f"/o/{stage.organization_id}/sources"


@pytest.fixture
def account_of(services, stage):
    def load(account_id):
        with services.database.reading() as session:
            return sources.load_in(session, stage.organization_id, account_id)

    return load


@pytest.mark.requirement("T-1")
def test_the_catalogue_shows_which_field_lands_where(admin, path, read):
    page = read(admin.get(f"{path}/catalogue/{SOURCE}"))

    for words in ("Invoice No.", "Due date", "Message on the invoice", "All of them together, as one amount."):
        assert words in page


@pytest.mark.requirement("T-2", "T-4")
def test_the_catalogue_says_who_may_use_a_source_and_what_it_costs(admin, path, read):
    page = read(admin.get(f"{path}/catalogue/{SOURCE}"))

    assert "in beta" in page
    assert "Ask for access" in page
    assert "USD 30.00 a month or USD 300.00 a year" in page


def test_a_plugin_that_cannot_run_stops_nothing_and_is_kept_with_the_reason(make_settings, tmp_path):
    from qbo_connector.app import create_app  # noqa: PLC0415

    broken = tmp_path / "addons" / "qbo_source_broken"
    broken.mkdir(parents=True)
    broken.joinpath("manifest.toml").write_text("not toml at all [")

    app = create_app(make_settings(addons_path=(tmp_path / "addons",)))

    assert "broken" in app.extensions["services"].registry.problems[0].sentence


def test_credentials_that_are_refused_are_not_saved(admin, path, stage, services, read):
    refused = {**stage.source_settings, "api_key": "wrong", "account_name": "Second shop"}

    answer = admin.post(f"{path}/new/{SOURCE}", **refused)

    assert answer.status_code == 200
    assert "Nothing was saved" in read(answer)
    with services.database.reading() as session:
        assert [row.name for row in sources.list_in(session, stage.organization_id)] == ["Shop"]


def test_credentials_that_work_are_saved_encrypted_and_name_the_account(admin, path, stage, account_of, read):
    answer = admin.post(f"{path}/new/{SOURCE}", **stage.source_settings, account_name="Second shop")

    page = read(admin.get(path))
    assert answer.status_code == 302
    assert "answered as" in page
    assert "Second shop" in page


def test_a_stored_secret_is_never_shown_and_stays_when_left_empty(admin, path, stage, account_of):
    page = admin.get(f"{path}/{stage.account_id}")
    given = {**stage.source_settings, "api_key": "", "account_name": "Renamed"}

    admin.post(f"{path}/{stage.account_id}", **given)

    assert stage.source_settings["api_key"] not in page.text
    assert account_of(stage.account_id).name == "Renamed"
    assert account_of(stage.account_id).settings["api_key"] == stage.source_settings["api_key"]


def test_a_field_that_is_needed_says_so_beside_itself(admin, path, stage, read):
    answer = admin.post(f"{path}/new/{SOURCE}", account_name="Second shop")

    assert "API key is needed." in read(answer)


def test_removing_an_account_takes_a_second_thought(admin, path, stage, account_of, read):
    hasty = admin.post(f"{path}/{stage.account_id}/remove")
    before = account_of(stage.account_id).state
    admin.post(f"{path}/{stage.account_id}/remove", confirmed="y")

    assert "Tick this first" in read(hasty)
    assert before == "active"
    assert account_of(stage.account_id).state == "uninstalled"
    assert account_of(stage.account_id).settings == {}


def test_a_source_is_installed_and_uninstalled_for_one_organization(admin, path, stage, services, account_of):
    admin.post(f"{path}/catalogue/{SOURCE}/uninstall", page=f"{path}/catalogue/{SOURCE}")

    with services.database.reading() as session:
        assert installs.list_installed(session, stage.organization_id) == []
    assert account_of(stage.account_id).state == "uninstalled"


def test_an_unknown_source_is_not_there(admin, path):
    assert admin.get(f"{path}/catalogue/nobody").status_code == 404
    assert admin.get("/sources/icons/nobody").status_code == 404


def test_the_icon_of_a_source_is_served(admin):
    answer = admin.get(f"/sources/icons/{SOURCE}")

    assert answer.mimetype == "image/svg+xml"
