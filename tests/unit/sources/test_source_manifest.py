import pytest

from qbo_connector.canonical import Status
from qbo_connector.errors import ConfigurationError
from qbo_connector.sources import Capability, HookSecret, Manifest
from qbo_connector.sources.policies import Trigger


def test_reads_every_part_of_a_manifest(tables):
    tables["fields"] = [{"source": "Invoice No.", "quickbooks": "Invoice no."}]
    tables["statuses"] = {"uncollectible": "Uncollectable"}
    tables["plans"] = {"names": ["Small", "Large"], "including": ["Large"], "addon": {"monthly": "30"}}
    tables["advice"] = [{"text": "Do this first.", "check": "first_invoice"}]
    tables["vendor_messages"] = {"qbo.edited_externally": "Please change it there."}

    manifest = Manifest.from_tables(tables)

    assert manifest.key == "acme"
    assert manifest.policies.trigger is Trigger.MANUAL_SINGLE
    assert manifest.has(Capability.READ)
    assert not manifest.has(Capability.HOOKS)
    assert manifest.kinds == ("invoice",)
    assert manifest.field_table[0].quickbooks == "Invoice no."
    assert manifest.status_word(Status.UNCOLLECTIBLE) == "Uncollectable"
    assert manifest.status_word(Status.PARTIALLY_PAID) == "partially paid"
    assert str(manifest.plans.addon.monthly) == "30"
    assert manifest.setting("api_key").is_secret
    assert manifest.setting("unknown") is None


@pytest.mark.requirement("H-41", "H-58")
def test_properties_that_a_manifest_declares_stand_beside_the_cores(tables):
    tables["properties"] = [
        {"name": "shipping", "label": "Shipping method", "type": "choice", "choices": {"air": "By air"}}
    ]

    known = Manifest.from_tables(tables).all_properties()

    assert known["custom.shipping"].title == "Shipping method"
    assert known["custom.shipping"].choices == (("air", "By air"),)
    assert known["total"].title == "Total"


@pytest.mark.parametrize(
    ("version", "fits"), [("1.0.0", True), ("1.9", True), ("2.0", False), ("0.9", False), ("1.1.0rc1", True)]
)
def test_host_range_decides_whether_a_plugin_runs(tables, version, fits):
    assert Manifest.from_tables(tables).runs_with(version) is fits


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda t: t["plugin"].update(key="Not a key"), "key"),
        (lambda t: t["plugin"].update(sumary="typo"), "sumary"),
        (lambda t: t["plugin"].update(version="one"), "one is no version"),
        (lambda t: t["plugin"].update(host="later"), "later is no range of versions"),
        (lambda t: t["plugin"].update(icon="../secret.svg"), "icon"),
        (lambda t: t["plugin"].update(capabilities=["fly"]), "capabilities"),
        (lambda t: t["plugin"].update(capabilities=["hooks"]), "at least the capability read"),
        (lambda t: t["plugin"].pop("license"), "license"),
        (lambda t: t.pop("plugin"), "no [plugin] table"),
        (lambda t: t.update(plugin=[]), "no [plugin] table"),
        (lambda t: t.update(extra={}), "extra"),
        (lambda t: t.update(properties=[{"name": "a", "label": "A"}] * 2), "the property a is declared twice"),
        (
            lambda t: t.update(properties=[{"name": "a", "label": "A", "choices": {"x": "X"}}]),
            "the property a has choices, but is no choice",
        ),
        (lambda t: t["plugin"].update(live_properties="fields"), "live_properties needs the capability options"),
        (lambda t: t["settings"].append(dict(t["settings"][0])), "api_key is declared twice"),
        (lambda t: t.update(statuses={"sleeping": "Asleep"}), "status_words"),
        (lambda t: t.update(plans={"names": ["A"], "including": ["B"]}), "B is not among the names"),
        (lambda t: t.update(links={"help": "javascript:alert(1)"}), "links.help"),
    ],
)
def test_a_wrong_manifest_is_refused_with_the_place(tables, spoil, sentence):
    spoil(tables)

    with pytest.raises(ConfigurationError) as refusal:
        Manifest.from_tables(tables)

    assert sentence in str(refusal.value)
    assert refusal.value.reason == "plugin.unavailable"


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        ({"triger": "event"}, "trigger"),
        ({"trigger": "sometimes"}, "sometimes"),
        ({"trigger": "event", "resync": "ask"}, "resync"),
    ],
)
def test_unknown_and_contradictory_policies_are_refused(tables, policies, words):
    tables["policies"] = policies

    with pytest.raises(ConfigurationError, match=words):
        Manifest.from_tables(tables)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"type": "choice"}, "needs either choices"),
        ({"type": "choice", "choices": ["a"], "options": "list"}, "needs either choices"),
        ({"type": "string", "choices": ["a"]}, "only a choice has choices"),
        ({"type": "number", "secret": True}, "only a string can be secret"),
        ({"secret": True, "default": "x"}, "a secret has no default"),
        ({"type": "number", "default": "many"}, "must be a number"),
        ({"type": "boolean", "default": "maybe"}, "either yes or no"),
        ({"type": "choice", "choices": ["a"], "default": "b"}, "none of the choices"),
        ({"type": "choice", "options": "places"}, "needs the capability options"),
        ({"name": "Upper"}, "settings.1.name"),
        ({"hook_secret": "ours"}, "only a secret can be the hook secret"),
        ({"secret": True, "hook_secret": "ours"}, "other needs the capability hooks"),
        ({"secret": True, "hook_secret": "everybody"}, "settings.1.hook_secret"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(tables, setting, words):
    tables["settings"].append({"name": "other", "label": "Other", **setting})

    with pytest.raises(ConfigurationError, match=words):
        Manifest.from_tables(tables)


@pytest.mark.parametrize(("told", "maker"), [("vendor", HookSecret.VENDOR), ("ours", HookSecret.OURS)])
def test_one_setting_can_be_the_hook_secret(tables, told, maker):
    tables["plugin"]["capabilities"] = ["read", "hooks"]
    assert Manifest.from_tables(tables).hook_secret is None

    tables["settings"].append({"name": "signs", "label": "Signs", "secret": True, "hook_secret": told})
    assert Manifest.from_tables(tables).hook_secret.name == "signs"
    assert Manifest.from_tables(tables).hook_secret.hook_secret is maker

    tables["settings"].append({"name": "again", "label": "Again", "secret": True, "hook_secret": told})
    with pytest.raises(ConfigurationError, match="again is a second hook secret"):
        Manifest.from_tables(tables)


def test_text_that_is_not_toml_is_refused():
    with pytest.raises(ConfigurationError, match="not TOML"):
        Manifest.parse("[plugin")


def test_loading_needs_the_icon(write_plugin):
    folder = write_plugin("lonely")
    folder.joinpath("icon.svg").unlink()

    with pytest.raises(ConfigurationError, match=r"icon\.svg is missing"):
        Manifest.load(folder)


def test_loading_a_folder_without_manifest_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Manifest.load(tmp_path)
