import pytest
from werkzeug.datastructures import MultiDict

from qbo_connector.sources import Option, SettingField, masked, settings_form, settings_from

FIELDS = (
    SettingField(name="address", label="Address", type="url", required=True),
    SettingField(name="api_key", label="API key", secret=True, required=True, help="In the settings."),
    SettingField(name="region", label="Region", type="choice", choices=("US", "CA"), default="US"),
    SettingField(name="place", label="Place", type="choice", options="places"),
    SettingField(name="days", label="Days", type="number", default=30),
    SettingField(name="drafts", label="Drafts", type="boolean", default=True),
)
GOOD = {"address": "https://shop.example", "api_key": "k-123456", "region": "CA", "place": "7", "days": "5"}


def submit(sent, *, stored=None, **more):
    return settings_form(FIELDS, stored=stored or {}, **more)(MultiDict(sent))


def test_a_good_form_gives_texts():
    form = submit({**GOOD, "drafts": "y"}, options={"places": [Option(value="7", label="Portland")]})

    assert form.validate(), form.errors
    assert settings_from(form, FIELDS, stored={}) == {**GOOD, "drafts": "true"}


def test_an_empty_secret_keeps_the_stored_one():
    stored = {**GOOD, "api_key": "stored-key"}
    form = submit({**GOOD, "api_key": ""}, stored=stored)

    assert form.validate(), form.errors
    assert settings_from(form, FIELDS, stored=stored)["api_key"] == "stored-key"
    assert settings_from(submit(GOOD, stored=stored), FIELDS, stored=stored)["api_key"] == "k-123456"


def test_a_secret_is_never_shown_again():
    html = "".join(str(field()) for field in settings_form(FIELDS, stored={"api_key": "stored-key"})())

    assert "stored-key" not in html
    assert "leave empty to keep it" in html
    assert masked(FIELDS, {"api_key": "stored-key", "days": "5"}) | {"api_key": ""} == {
        "address": "", "api_key": "", "region": "", "place": "", "days": "5", "drafts": "",
    }  # fmt: skip
    assert "stored-key" not in masked(FIELDS, {"api_key": "stored-key"}).values()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("address", "", "Address is needed."),
        ("address", "shop.example", "it is not a web address"),
        ("address", "http://shop.example", "it must begin with https"),
        ("address", "https://me:pw@shop.example", "user name or password"),
        ("api_key", "", "API key is needed."),
        ("days", "1e9", "Days must be a number."),
        ("days", "..", "Days must be a number."),
        ("region", "XX", "XX is none of the choices."),
    ],
)
def test_errors_stand_beside_their_field(name, value, sentence):
    form = submit({**GOOD, name: value})

    assert not form.validate()
    assert sentence in " ".join(form.errors[name])
    assert set(form.errors) == {name}


def test_an_address_on_this_machine_is_taken_where_it_is_allowed():
    sent = {**GOOD, "address": "http://localhost:8021"}

    assert not submit(sent).validate()
    assert submit(sent, allow_private=True).validate()


def test_defaults_and_help_are_shown():
    form = settings_form(FIELDS, stored={})()

    assert form.days.data == "30"
    assert form.drafts.data is True
    assert form.region.data == "US"
    assert form.api_key.description == "In the settings."


def test_a_choice_that_is_gone_from_its_live_list_is_kept():
    stored = {**GOOD, "place": "9"}
    form = settings_form(FIELDS, stored=stored, options={"places": [Option(value="7", label="Portland")]})()

    assert "9" in [choice.value for choice in form.place.choices]
    assert form.place.data == "9"


def test_a_live_list_out_of_reach_becomes_a_text():
    form = submit(GOOD)

    assert form.place.type == "StringField"
    assert form.validate()
