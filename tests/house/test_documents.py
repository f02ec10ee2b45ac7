"""The documents lead somewhere: links, commands, make targets and pictures that they name are there."""

import re
import struct
from pathlib import Path

import pytest

from qbo_connector.cli.group import COMMANDS

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("plugins/*/README.md")])
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
NOT_YET = README.partition("Not there yet:")[2].partition("\n\n")[0]
PNG = b"\x89PNG\r\n\x1a\n"
WITH_COMMANDS = (
    "README.md",
    "quickstart.md",
    "connect.md",
    "security.md",
    "performance.md",
    "write-a-source-plugin.md",
)


def named(page: Path) -> str:
    return str(page.relative_to(CHECKOUT))


def anchors(page: Path) -> set[str]:
    """The headings of a page as a link names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_something_that_is_there(page):
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("page", [page for page in PAGES if page.name in WITH_COMMANDS], ids=named)
def test_every_command_that_is_named_exists_or_is_said_to_be_missing(page):
    text = page.read_text(encoding="utf-8").replace(NOT_YET, "")
    targets = re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(re.findall(r"qbo-connector ([a-z]+)", text)) <= set(COMMANDS)
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= set(targets)


def test_the_picture_of_the_readme_is_a_png_of_sensible_size():
    (path,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    data = (CHECKOUT / path).read_bytes()
    width, height = struct.unpack(">II", data[16:24])

    assert data.startswith(PNG)
    assert 600 <= width <= 2000
    assert 400 <= height <= 2000
    assert len(data) < 400_000


def test_the_readme_names_every_page_of_the_documents():
    pages = {page.name for page in (CHECKOUT / "docs").glob("*.md")}

    assert pages <= set(re.findall(r"\(docs/([\w-]+\.md)\)", README))


def test_the_map_of_the_tree_names_every_folder():
    folders = {path.name for path in (CHECKOUT / "qbo_connector").iterdir() if (path / "__init__.py").is_file()}
    tree = README.partition("qbo_connector/ ")[2].partition("```")[0]

    assert folders <= set(re.findall(r"([a-z]+)/", tree))
