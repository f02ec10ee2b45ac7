import re
from pathlib import Path

import pytest

from qbo_connector.config import Settings, variable

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(QBO_\w+)` \| (.*?) ?\| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def documented() -> dict[str, tuple[str, str]]:
    return {name: (default, meaning) for name, default, meaning in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_every_setting_has_a_row_in_order_and_no_row_is_left_over(documented):
    assert list(documented) == [variable(name) for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_says_what_the_declaration_says(name, documented):
    field = Settings.model_fields[name]

    default, meaning = documented[variable(name)]

    assert meaning == field.description
    if isinstance(field.default, str | int | float) and field.default != "":
        assert default.strip("`") == str(field.default).lower()
