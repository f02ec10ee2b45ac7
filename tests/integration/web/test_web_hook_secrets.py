"""The admin's side of hooks: told of refused messages, renewing the secret, setting the warning aside."""

import re

import pytest

from qbo_connector.app import create_app
from qbo_connector.jobs.bell import SilentBell
from qbo_connector.store import findings, organizations, sources
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import FindingScope
from qbo_connector.web.wiring import KEY
from tests.rig.hooks import Clock, HookDoor
from tests.rig.neutral.stage import set_up

SENTENCE = "Messages said to come from Thrive Inventory had a wrong signature and were ignored."
MADE = re.compile(r'id="new-secret">([^<]+)<')


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(stage, clock):
    app = create_app(stage.services.settings, bell=SilentBell(), clock=clock)
    yield app
    app.extensions[KEY].database.close()


@pytest.fixture
def door(app, stage, clock):
    return HookDoor(app=app, stage=stage, clock=clock)


@pytest.fixture
def path(stage):
    return f"/o/{stage.organization_id}/sources/{stage.account_id}"


@pytest.mark.requirement("H-56")
def test_refused_messages_are_told_of_on_the_overview_the_list_and_the_accounts_page(
    admin, door, path, stage, read
):
    door.refuse(4)
    assert SENTENCE not in read(admin.get(path))
    door.refuse(1)

    page = read(admin.get(path))
    assert SENTENCE in page
    assert "Compare the hook secret on both sides and renew it." in page
    assert SENTENCE in read(admin.get(f"/o/{stage.organization_id}/sources"))
    overview = admin.get(f"/o/{stage.organization_id}/")
    assert SENTENCE in read(overview)
    assert path in overview.text


@pytest.mark.requirement("H-56")
def test_the_vendors_new_secret_is_entered_there_and_both_are_taken_for_an_hour(admin, door, path, read):
    door.refuse(5)

    answer = admin.post(f"{path}/hook-secret", page=path, secret="sign_the-new-one")

    page = admin.get(path)
    assert answer.location.endswith(f"{path}#hook-secret")
    assert "The hook secret is renewed." in read(page)
    assert "the one before is believed until" in read(page)
    assert SENTENCE not in read(page)
    assert "sign_the-new-one" not in page.text
    assert (door.takes(door.secret), door.takes("sign_the-new-one")) == (True, True)
    door.clock.move(minutes=60)
    assert (door.takes(door.secret), door.takes("sign_the-new-one")) == (False, True)
    assert "the one before" not in read(admin.get(path)).split("Have Thrive")[0]


def test_without_the_vendors_secret_nothing_changes_and_the_page_says_what_is_needed(admin, door, path, read):
    admin.post(f"{path}/hook-secret", page=path, secret=" ")

    assert "Signing secret is needed: the source makes it" in read(admin.get(path))
    assert door.account().settings["signing_secret"] == door.secret


def test_the_page_says_where_messages_go_and_whether_a_secret_is_set(admin, door, path, stage, read):
    assert f"/hooks/thrive/{stage.account_id} " in read(admin.get(path))
    assert "Signing secret set" in read(admin.get(path))

    with door.services.database.writing() as session:
        sources.load(session, stage.account_id).settings = {**stage.source_settings, "signing_secret": ""}

    assert "not set, so every message is refused" in read(admin.get(path))


def test_the_warning_is_set_aside_and_shown_again(admin, door, path, read):
    door.refuse(5)
    buttons = admin.get(path).text
    assert "Set aside" in buttons
    assert 'href="#hook-secret"' in buttons

    admin.post(f"{path}/hook-warning/aside", page=path)
    assert SENTENCE not in read(admin.get(path))
    assert "The warning about refused messages is set aside. Show again" in read(admin.get(path))
    assert door.codes() == []

    admin.post(f"{path}/hook-warning/shown", page=path)
    assert SENTENCE in read(admin.get(path))
    assert door.codes() == ["source.signature_bad"]


def test_only_admins_renew_and_set_aside(bookkeeper, door, path, stage):
    door.refuse(5)
    with_a_form = f"/o/{stage.organization_id}/records"

    for action in ("hook-secret", "hook-warning/aside", "hook-warning/shown"):
        assert bookkeeper.post(f"{path}/{action}", page=with_a_form, secret="mine").status_code == 403
    assert door.codes() == ["source.signature_bad"]
    assert door.account().settings["signing_secret"] == door.secret


def test_a_form_of_another_site_renews_nothing(admin, door, path):
    answer = admin.client.post(f"{path}/hook-secret", data={"secret": "theirs"})

    assert answer.status_code == 400
    assert door.account().settings["signing_secret"] == door.secret


def test_other_organizations_accounts_are_not_there(admin, stage, services):
    with services.database.writing() as session:
        other = organizations.add(session, name="Other").id
        account = sources.add(session, SourceAccount(organization_id=other, source_key="thrive", name="Theirs"))
    path = f"/o/{stage.organization_id}/sources"

    for action in ("hook-secret", "hook-warning/aside", "hook-warning/shown"):
        answer = admin.post(f"{path}/{account.id}/{action}", page=f"{path}/{stage.account_id}", secret="x")
        assert answer.status_code == 404


class TestSecretsOfOurs:
    """A source that takes the secret from us."""

    @pytest.fixture
    def stage(self, settings, simulator, tmp_path, shops):
        with set_up(settings, simulator, tmp_path, shop=shops.copied(settings, simulator)) as stage:
            yield stage

    @pytest.mark.requirement("H-56")
    def test_a_fresh_one_is_made_and_shown_once(self, admin, door, path, stage):
        answer = admin.post(f"{path}/hook-secret", page=path)

        secret = MADE.search(answer.text)[1]
        assert len(secret) >= 32
        assert answer.headers["Cache-Control"] == "no-store"
        for page in (path, f"/o/{stage.organization_id}/sources", f"/o/{stage.organization_id}/settings/activity"):
            assert secret not in admin.get(page).text
        assert door.account().settings["signing_secret"] == secret

    def test_the_one_that_stands_at_the_source_is_taken_until_the_new_one_is_entered_there(
        self, admin, door, path, stage
    ):
        secret = MADE.search(admin.post(f"{path}/hook-secret", page=path).text)[1]
        invoice = stage.make()
        address = f"/hooks/neutral/{stage.account_id}"

        def ring():
            body, headers = stage.sandbox.hook(invoice["id"])
            return door.app.test_client().post(address, data=body, headers=headers).status_code

        assert ring() == 200
        stage.sandbox._secret = secret
        assert ring() == 200
        door.clock.move(minutes=60)
        assert ring() == 200
        stage.sandbox._secret = stage.source_settings["signing_secret"]
        assert ring() == 401

    def test_the_warning_leads_to_where_the_source_keeps_its_secrets(self, admin, door, path, read):
        client = door.app.test_client()
        for _ in range(5):
            assert client.post(f"/hooks/neutral/{door.stage.account_id}", data=b"{}").status_code == 401

        page = admin.get(path)

        assert "Messages said to come from Neutral Books had a wrong signature" in read(page)
        assert 'href="https://books.neutral.example/keys" target="_blank"' in page.text
        assert "A new one is made and shown once, for you to enter it at Neutral Books." in read(page)

    def test_pressing_again_makes_another_and_loses_no_message(self, admin, door, path, stage):
        first = MADE.search(admin.post(f"{path}/hook-secret", page=path).text)[1]
        second = MADE.search(admin.post(f"{path}/hook-secret", page=path).text)[1]

        assert first != second
        assert list(door.account().former_hook_secrets) == [first, stage.source_settings["signing_secret"]]


def test_findings_about_an_account_that_lost_its_sign_in_lead_to_its_form(admin, stage, path, read):
    with stage.services.database.writing() as session:
        findings.raise_(
            session,
            scope=FindingScope.SOURCE_ACCOUNT,
            code="source.auth",
            category="connection-wide",
            organization_id=stage.organization_id,
            source_account_id=stage.account_id,
            params={"source": "Thrive Inventory"},
        )

    page = admin.get(path)

    assert "Reconnect Thrive Inventory" in read(page)
    assert 'href="#settings"' in page.text
