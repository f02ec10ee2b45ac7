"""A hook secret is renewed without a gap: for an hour both are believed, then only the new one is, and is kept."""

import io
import time

import pytest
from sqlalchemy import text

from qbo_connector import logs
from qbo_connector.jobs.scheduler import end_hook_matters
from qbo_connector.store import activity
from qbo_connector.store.failures import NotThere
from qbo_connector.sync import accounts, hook_secrets
from qbo_connector.sync.hook_secrets import HookSecretRefused
from qbo_connector.web.history import lines_of
from tests.rig.stage import SOURCE
from tests.rig.web import serving

NEW, NEWER = "sign_the-vendors-new-one", "sign_the-one-after-it"
PATIENCE_S = 20


@pytest.fixture
def renew(door):
    """An admin enters a new secret."""

    def renew(secret, account_id=None):
        return hook_secrets.renew(
            door.services,
            door.stage.organization_id,
            account_id or door.stage.account_id,
            secret,
            asked_by=f"user:{door.stage.user_id}",
        )

    return renew


@pytest.fixture
def save(door):
    """An admin saves the account's form."""

    def save(**settings):
        values = {**door.account().settings, **settings}
        accounts.save_account(
            door.services, door.stage.organization_id, SOURCE, "Shop", values, account_id=door.stage.account_id
        )

    return save


def stored(door):
    """What the column of replaced secrets holds, past our own reading of it."""
    with door.services.database.reading() as session:
        return session.scalar(text("SELECT former_hook_secrets FROM source_accounts"))


@pytest.mark.postgres
@pytest.mark.requirement("H-56")
def test_both_are_believed_for_an_hour_then_only_the_new_one(door, renew):
    assert renew(NEW) is None, "what the vendor made is not shown again"

    assert (door.takes(door.secret), door.takes(NEW)) == (True, True)
    door.clock.move(minutes=59)
    assert (door.takes(door.secret), door.takes(NEW)) == (True, True)

    door.clock.move(minutes=1)
    assert (door.takes(door.secret), door.takes(NEW)) == (False, True)
    assert not door.takes("neither of them")


@pytest.mark.postgres
def test_what_was_replaced_leaves_the_store_after_its_hour(door, renew):
    renew(NEW)
    end_hook_matters(door.services)
    assert list(door.account().former_hook_secrets) == [door.secret]

    door.clock.move(minutes=60)
    end_hook_matters(door.services)

    assert stored(door) is None
    assert door.account().settings == {**door.stage.source_settings, "signing_secret": NEW}


@pytest.mark.postgres
def test_secrets_are_encrypted_and_neither_told_nor_logged(door, renew):
    stream = io.StringIO()
    logs.configure(level="debug", as_json=True, stream=stream)
    try:
        renew(NEW)
        door.refuse(5)
        assert door.takes(door.secret)
    finally:
        logs.configure(level="error", as_json=True)

    with door.services.database.reading() as session:
        told = lines_of(door.services, session, activity.list_in(session, door.stage.organization_id, limit=1))
    assert [line.sentence for line in told] == ["Renewed the hook secret of Shop."]
    for secret in (door.secret, NEW):
        assert secret not in f"{told} {stored(door)} {stream.getvalue()} {door.account()!r}"
    assert "delivery_refused" in stream.getvalue()


def test_a_correction_within_the_hour_does_not_drop_what_the_source_still_signs_with(door, renew):
    renew("mistyped")
    door.clock.move(minutes=20)
    renew(NEW)
    door.clock.move(minutes=39)
    assert [door.takes(one) for one in (door.secret, "mistyped", NEW)] == [True, True, True]

    door.clock.move(minutes=1)
    assert [door.takes(one) for one in (door.secret, "mistyped", NEW)] == [False, True, True]

    end_hook_matters(door.services)
    assert list(door.account().former_hook_secrets) == ["mistyped"]


def test_pressing_twice_is_pressing_once(door, renew):
    renew(NEW)
    before = door.account()
    renew(NEW)

    after = door.account()
    assert (after.settings, after.former_hook_secrets) == (before.settings, before.former_hook_secrets)
    with door.services.database.reading() as session:
        events = [one.event for one in activity.list_in(session, door.stage.organization_id, limit=50)]
    assert events.count("source.hook_secret_renewed") == 1


def test_the_one_before_can_become_the_present_one_again(door, renew):
    renew(NEW)
    renew(door.secret)

    assert list(door.account().former_hook_secrets) == [NEW]
    door.clock.move(minutes=60)
    assert (door.takes(door.secret), door.takes(NEW)) == (True, False)


def test_however_often_it_is_renewed_few_are_believed(door, renew):
    for number in range(9):
        renew(f"number {number}")

    assert list(door.account().former_hook_secrets) == ["number 7", "number 6", "number 5"]


def test_saved_in_the_form_another_secret_replaces_all_at_once(door, renew, save):
    renew(NEW)
    save(signing_secret=NEWER)

    assert [door.takes(one) for one in (door.secret, NEW, NEWER)] == [False, False, True]
    assert stored(door) is None


def test_other_settings_saved_in_the_form_leave_the_hour_alone(door, renew, save):
    renew(NEW)
    save()

    assert (door.takes(door.secret), door.takes(NEW)) == (True, True)


@pytest.mark.parametrize("given", ["", "   ", "x" * 1001])
def test_the_vendors_secret_must_be_given_and_be_one(door, renew, given):
    with pytest.raises(HookSecretRefused, match="Signing secret"):
        renew(given)

    assert door.account().settings == door.stage.source_settings
    assert stored(door) is None


def test_what_is_removed_or_somebody_elses_has_no_secret_to_renew(door, renew):
    with pytest.raises(NotThere):
        renew(NEW, account_id=99999)
    renew(NEW)

    accounts.remove_account(door.services, door.stage.organization_id, door.stage.account_id)

    assert stored(door) is None
    with pytest.raises(NotThere):
        renew(NEWER)


@pytest.mark.requirement("H-56")
def test_the_source_changes_its_secret_and_its_own_hooks_go_on_being_taken(door, renew):
    source = door.stage.source
    before = len(answers(source))
    with serving(door.app) as address:
        source._call("POST", "hooks", {"url": f"{address}/hooks/{SOURCE}/{door.stage.account_id}"})
        source.make()
        assert answers(source, before + 1)[before:] == [200]

        renew(source._call("POST", "signing-secret", {})["secret"])
        source.make()
        assert answers(source, before + 2)[before:] == [200, 200]
        source._call("POST", "hooks", {"url": ""})
    assert door.counted() is None


@pytest.mark.requirement("H-56")
def test_a_secret_that_changed_at_the_source_alone_is_told_of_and_renewing_mends_it(door, renew):
    source = door.stage.source
    before = len(answers(source))
    with serving(door.app) as address:
        source._call("POST", "hooks", {"url": f"{address}/hooks/{SOURCE}/{door.stage.account_id}"})
        secret = source._call("POST", "signing-secret", {})["secret"]
        source.make()
        source.make()
        assert answers(source, before + 6)[before:] == [401] * 6
        assert door.codes() == ["source.signature_bad"]

        renew(secret)
        source.make()
        assert answers(source, before + 7)[-1] == 200
        source._call("POST", "hooks", {"url": ""})
    assert door.codes() == []


def answers(source, count=0):
    """How the sandbox's hooks were answered, as soon as there are so many of them."""
    until = time.monotonic() + PATIENCE_S
    while len(told := source._call("GET", "hooks", {})["answers"]) < count and time.monotonic() < until:
        time.sleep(0.02)
    return told
