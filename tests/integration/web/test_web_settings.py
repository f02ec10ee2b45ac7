import pytest

from qbo_connector.store import api_keys, entitlements, memberships, widget_keys


@pytest.fixture
def path(organization_id):
    return f"/o/{organization_id}/settings"


@pytest.fixture
def roles(services, organization_id):
    def read():
        with services.database.reading() as session:
            return {user.email: str(role) for user, role in memberships.list_members(session, organization_id)}

    return read


def test_a_new_person_gets_a_password_that_is_shown_once(owner, path, make_person, read):
    person = make_person("new@example.com", signed_in=False)
    fresh = owner.post(f"{path}/members", name="Zoe", email="zoe@example.com", role="bookkeeper")
    known = owner.post(f"{path}/members", name="New", email="new@example.com", role="viewer")
    password = fresh.text.partition('id="first-password">')[2].partition("<")[0]

    assert person.__class__(client=person.client, email="zoe@example.com").sign_in(password).status_code == 302
    assert "first-password" not in known.text
    assert password not in owner.get(f"{path}/members").text


def test_only_an_owner_makes_owners(owner, make_person, organization_id, path, roles, read):
    admin = make_person("ada@example.com", role="admin", organization_id=organization_id)

    admin.post(f"{path}/members/{admin.user_id}/role", page=f"{path}/members", role="owner")
    admin.post(f"{path}/members/{owner.user_id}/role", page=f"{path}/members", role="viewer")
    admin.post(f"{path}/members/{owner.user_id}/remove", page=f"{path}/members")
    refused = admin.post(f"{path}/members", name="Eve", email="eve@example.com", role="owner")

    assert "Only an owner" in read(refused)
    assert roles() == {"ann@example.com": "owner", "ada@example.com": "admin"}


def test_the_last_owner_stays(owner, path, roles, read):
    owner.post(f"{path}/members/{owner.user_id}/role", page=f"{path}/members", role="viewer")

    assert "at least one owner" in read(owner.get(f"{path}/members"))
    assert roles() == {"ann@example.com": "owner"}


def test_a_members_role_changes_and_a_membership_ends(owner, make_person, organization_id, path, roles):
    other = make_person("bo@example.com", role="viewer", organization_id=organization_id)

    owner.post(f"{path}/members/{other.user_id}/role", page=f"{path}/members", role="admin")
    changed = roles()["bo@example.com"]
    owner.post(f"{path}/members/{other.user_id}/remove", page=f"{path}/members")

    assert changed == "admin"
    assert "bo@example.com" not in roles()
    assert other.get(path).status_code == 404


def test_a_widget_key_is_shown_once_with_what_to_paste(admin, stage, services, read):
    path = f"/o/{stage.organization_id}/settings/widget-keys"

    made = admin.post(
        path,
        name="Invoice page",
        account=stage.account_id,
        origins="https://App.example.com/\nhttp://localhost:8021",
    )

    with services.database.reading() as session:
        (key,) = widget_keys.list_in(session, stage.organization_id)
    assert key.origins == ["https://app.example.com", "http://localhost:8021"]
    assert key.secret in made.text
    assert "/widget/v1/qbo-sync.js" in made.text
    assert key.secret not in admin.get(path).text


NO_ORIGINS = (
    "https://app.example.com/path",
    "javascript:alert(1)",
    "*",
    "https://*.example.com",
    "app.example.com",
    "https://a.example; script-src *",
    "https://user@a.example",
    "https://a.example:port",
)


def test_an_address_that_is_no_origin_is_refused_by_name(admin, stage, services, read):
    path = f"/o/{stage.organization_id}/settings/widget-keys"

    answers = [admin.post(path, name="Page", account=stage.account_id, origins=origin) for origin in NO_ORIGINS]

    assert all("is not an address of the form" in read(answer) for answer in answers)
    with services.database.reading() as session:
        assert widget_keys.list_in(session, stage.organization_id) == []


def test_a_retired_widget_key_opens_nothing(admin, stage, services):
    path = f"/o/{stage.organization_id}/settings/widget-keys"
    admin.post(path, name="Invoice page", account=stage.account_id, origins="https://app.example.com")
    with services.database.reading() as session:
        key = widget_keys.list_in(session, stage.organization_id)[0]

    admin.post(f"{path}/{key.id}/retire", page=path)

    with services.database.reading() as session:
        assert widget_keys.find(session, key.id) is None


def test_an_api_key_is_shown_once_and_ends_when_revoked(owner, path, services, organization_id):
    made = owner.post(f"{path}/api-keys", name="Nightly job", scopes=["read"])
    secret = made.text.partition('id="api-secret">')[2].partition("<")[0]
    with services.database.reading() as session:
        key = api_keys.find(session, secret)

    owner.post(f"{path}/api-keys/{key.id}/revoke", page=f"{path}/api-keys")

    assert secret not in owner.get(f"{path}/api-keys").text
    with services.database.reading() as session:
        assert api_keys.find(session, secret) is None


@pytest.mark.requirement("T-2", "T-4")
def test_an_operator_grants_and_takes_back(make_person, organization_id, path, services, read):
    operator = make_person("olga@example.com", operator=True)

    def granted():
        with services.database.reading() as session:
            return [row.entitlement for row in entitlements.list_current(session, organization_id, "thrive")]

    operator.post(f"{path}/entitlements", source="thrive", entitlement="beta")
    after_grant = granted()
    operator.post(f"{path}/entitlements/thrive/beta/end", page=f"{path}/entitlements")

    assert (after_grant, granted()) == (["beta"], [])


def test_the_activity_says_who_did_what(admin, stage, read):
    page = read(admin.get(f"/o/{stage.organization_id}/settings/activity"))

    assert "Connected QuickBooks." in page
    assert "owner@shop.example" in page


def test_the_brand_of_an_organization_stands_on_its_pages(owner, path, read):
    owner.post(path, name="Oak & Pine", brand_name="Pine Books")

    assert "Pine Books" in read(owner.get(path))


def test_an_operator_founds_an_organization_and_sees_all(make_person, organization_id, read):
    operator = make_person("olga@example.com", operator=True)

    operator.post("/organizations", name="Second Ltd")

    page = read(operator.get("/organizations"))
    assert "Oak & Pine" in page
    assert "Second Ltd" in page
