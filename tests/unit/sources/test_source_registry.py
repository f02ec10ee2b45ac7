import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from qbo_connector.errors import ConfigurationError
from qbo_connector.sources import PluginOrigin, Registry, SandboxOptions, SourceHttp


@pytest.fixture(autouse=True)
def _leave_no_modules():
    before, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]
    assert sys.path == path


@pytest.fixture
def addons(tmp_path) -> Path:
    return tmp_path / "addons"


def load(*addons: Path, **more) -> Registry:
    return Registry.load(addons, **{"shelf": Path("/nonexistent"), "entry_points": (), **more})


def test_a_plugin_in_an_addons_folder_is_found_and_opened(write_plugin, addons):
    write_plugin("acme_orders")

    registry = load(addons)
    entry = registry.find("acme_orders")

    assert registry.problems == ()
    assert entry.origin is PluginOrigin.ADDON
    assert entry.icon.is_file()
    with SourceHttp() as http:
        assert entry.open({}, http).check().name == "Some"


def test_reading_manifests_runs_no_code(write_plugin, addons):
    write_plugin("silent", code="raise SystemError('never')")

    registry = load(addons)

    assert [entry.key for entry in registry.entries] == ["silent"]
    assert "silent" not in sys.modules


def test_a_plugin_imports_its_own_modules_by_its_package_name(write_plugin, addons):
    folder = write_plugin("twofold", code="from twofold.parts import Plugin\n\n\nclass Mine(Plugin): ...\n")
    folder.joinpath("parts.py").write_text(
        "from qbo_connector.sources import SourcePlugin\n\n\nclass Plugin(SourcePlugin):\n"
        "    def check(self): ...\n    def read(self, ref): ...\n"
    )

    assert load(addons).load_plugin("twofold").__name__ == "Mine"


def test_a_broken_plugin_is_listed_with_its_reason_and_stops_nothing(write_plugin, addons):
    write_plugin("broken", code="import a_module_that_is_not_there")
    write_plugin("sound")

    registry = load(addons)
    registry.load_all()

    assert [entry.key for entry in registry.entries] == ["sound"]
    (problem,) = registry.problems
    assert problem.name == "Broken"
    assert "its code does not load (ModuleNotFoundError" in problem.sentence
    assert not [name for name in sys.modules if name.startswith("broken")]


def test_a_plugin_that_exits_on_import_stops_nothing(write_plugin, addons):
    write_plugin("leaver", code="raise SystemExit(3)")

    registry = load(addons)
    registry.load_all()

    assert "SystemExit" in registry.problems[0].sentence


def test_a_mended_plugin_loads_afresh(write_plugin, addons):
    folder = write_plugin("mended", code="raise ValueError('not yet')")
    with pytest.raises(ConfigurationError):
        load(addons).load_plugin("mended")
    folder.joinpath("plugin.py").unlink()
    folder.joinpath("__pycache__").mkdir(exist_ok=True)
    write_plugin("other")
    folder.joinpath("plugin.py").write_text((addons / "other" / "plugin.py").read_text())

    assert load(addons).load_plugin("mended").__name__ == "SomePlugin"


def test_an_unreadable_manifest_is_listed(write_plugin, addons):
    write_plugin("garbled").joinpath("manifest.toml").write_bytes(b"\xff\xfe\x00")

    (problem,) = load(addons).problems

    assert problem.sentence == "The plugin garbled cannot run here: its manifest cannot be read."


def test_of_two_plugins_with_one_key_the_first_is_taken(write_plugin, addons):
    write_plugin("alpha", key="orders", name="Alpha")
    write_plugin("beta", key="orders", name="Beta")

    registry = load(addons)

    assert registry.find("orders").manifest.name == "Alpha"
    assert "its key orders is already taken by Alpha (addon)" in registry.problems[0].sentence


def test_a_plugin_for_another_version_is_listed(write_plugin, addons):
    write_plugin("newer", host=">=2")

    registry = load(addons, host_version="1.4")

    assert registry.find("newer") is None
    assert "needs version >=2 of the plugin interface, and this product has 1.4" in registry.problems[0].sentence


def test_contradictory_policies_are_listed(write_plugin, addons):
    write_plugin("torn", policies='trigger = "event"\nresync = "ask"')

    (problem,) = load(addons).problems

    assert "The plugin torn cannot run here" in problem.sentence
    assert "resync" in problem.sentence


def test_a_plugin_whose_dependency_is_missing_is_listed_and_so_is_what_needs_it(write_plugin, addons):
    write_plugin("first", depends=["absent"])
    write_plugin("second", depends=["first"])

    registry = load(addons)

    assert registry.entries == ()
    assert {problem.name for problem in registry.problems} == {"First", "Second"}


def test_a_dependency_that_is_there_is_enough(write_plugin, addons):
    write_plugin("first")
    write_plugin("second", depends=["first"])

    assert load(addons).problems == ()


def test_a_missing_addons_folder_is_listed(tmp_path):
    (problem,) = load(tmp_path / "nowhere").problems

    assert "does not exist" in problem.sentence


def test_a_plugin_may_not_take_the_name_of_another_package(write_plugin, addons):
    write_plugin("json")
    write_plugin("wsgiref")

    registry = load(addons)
    registry.load_all()

    assert [problem.sentence.split(": ")[1] for problem in registry.problems] == [
        "another package is already called json.",
        "another package is already called wsgiref.",
    ]


@pytest.mark.parametrize(
    ("capabilities", "verbs", "words"),
    [
        (["read", "write_back"], "", "declares the capability write_back but does not implement write_back"),
        (["read"], "def remove(self, ref): ...", "implements remove but does not declare the capability remove"),
        (["read", "embed"], "def embed_context(self, request): ...", None),
    ],
)  # fmt: skip
def test_declared_and_implemented_verbs_must_agree(write_plugin, addons, capabilities, verbs, words):
    template = (
        "from qbo_connector.sources import SourcePlugin\n\n\nclass P(SourcePlugin):\n    def check(self): ...\n"
    )
    code = f"{template}    def read(self, ref): ...\n    {verbs}\n"
    write_plugin("verbal", capabilities=capabilities, code=code)

    registry = load(addons)
    registry.load_all()

    assert [words in problem.sentence for problem in registry.problems] == ([True] if words else [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "0 plugin classes"),
        (
            "from qbo_connector.sources import SourcePlugin\nclass A(SourcePlugin): ...\nclass B(A): ...\n",
            "2 plugin",
        ),
        (
            "from qbo_connector.sources import SourcePlugin\nclass A(SourcePlugin):\n  def check(self): ...\n",
            "read",
        ),
    ],
)
def test_a_plugin_module_holds_one_whole_plugin(write_plugin, addons, code, words):
    write_plugin("odd", code=code)

    with pytest.raises(ConfigurationError, match=words):
        load(addons).load_plugin("odd")


def test_an_entry_point_names_the_package_with_the_manifest(write_plugin, addons, monkeypatch):
    write_plugin("thirdparty")
    monkeypatch.syspath_prepend(addons)
    points = [
        EntryPoint(name="thirdparty", value="thirdparty", group="qbo_connector.sources"),
        EntryPoint(name="gone", value="no_such_package_here", group="qbo_connector.sources"),
        EntryPoint(name="strange", value="not a:name", group="qbo_connector.sources"),
    ]

    registry = load(entry_points=points)

    assert registry.find("thirdparty").origin is PluginOrigin.INSTALLED
    assert registry.load_plugin("thirdparty").__name__ == "SomePlugin"
    assert [problem.name for problem in registry.problems] == ["gone", "strange"]


def test_a_folder_found_twice_is_one_plugin(write_plugin, addons):
    write_plugin("qbo_source_twice", key="twice")

    registry = load(addons, shelf=addons)

    assert [entry.origin for entry in registry.entries] == [PluginOrigin.BUNDLED]
    assert registry.problems == ()


def test_the_bundled_plugins_have_no_problem():
    registry = Registry.load(entry_points=())
    registry.load_all()

    assert registry.problems == ()
    assert all(entry.origin is PluginOrigin.BUNDLED for entry in registry.entries)
    assert registry.entries


def test_asking_for_an_unknown_plugin_or_sandbox_is_refused(write_plugin, addons):
    write_plugin("plain")
    registry = load(addons)

    with pytest.raises(ConfigurationError) as refusal:
        registry.load_plugin("nobody")
    assert refusal.value.params["reason"] == "it is not installed"
    assert not registry.find("plain").has_sandbox
    with pytest.raises(ConfigurationError):
        registry.find("plain").sandbox(SandboxOptions())
