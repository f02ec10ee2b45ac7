"""What must not be in the repository: addresses of package registries, and paths of somebody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
# Written in pieces, so that this file does not find itself.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org")
MACHINE = r"(?<![\w.~$}])/(?:wo" + r"rk|ro" + r"ot|fa" + r"rm|Us" + r"ers|ho" + r"me)/[a-z.]"
FORBIDDEN = re.compile("|".join([*(re.escape(name) for name in REGISTRIES), MACHINE]))


def committed_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git of the machine
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [file for name in listed.stdout.split("\0") if name and (file := CHECKOUT / name).is_file()]


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_package_registry_or_a_path_of_a_machine():
    found = [
        f"{file.relative_to(CHECKOUT)}: {match[0]}"
        for file in committed_files()
        if (match := FORBIDDEN.search(text_of(file)))
    ]

    assert found == []


@pytest.mark.parametrize(
    "sly", [f"url = https://{REGISTRIES[0]}/simple", "open('/ro" + "ot/.cache')", "/Us" + "ers/ann"]
)
def test_the_guard_notices_both(sly):
    assert FORBIDDEN.search(sly)


@pytest.mark.parametrize("harmless", ["/homepage", "~/.local/share", "example.org/home/a", "/rooted"])
def test_the_guard_leaves_other_paths_alone(harmless):
    assert not FORBIDDEN.search(harmless)
