"""Some things happen in one place only: commits in the use cases, writes to QuickBooks in the executor."""

import ast
from pathlib import Path

CORE = Path(__file__).parents[2] / "qbo_connector"
MAY_COMMIT = ("sync/", "jobs/", "cli/", "store/database.py", "store/rotation.py")
"""`jobs` writes signs of life; the command line founds what nobody can click yet; keys are rotated by row."""
SENDS = "sync/executing.py"
CLIENT_VERBS = frozenset({"batch", "send", "upload", "write"})


def calls_in(source: str) -> list[tuple[str, str]]:
    """Every method call as receiver and method: ``client.write(…)`` is ("client", "write")."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = node.func.value
            name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
            found.append((name, node.func.attr))
    return found


def commits(source: str) -> bool:
    return any(
        (receiver == "database" and method in {"writing", "write"}) or method == "commit"
        for receiver, method in calls_in(source)
    )


def sends(source: str) -> bool:
    return any(receiver == "client" and method in CLIENT_VERBS for receiver, method in calls_in(source))


def files_where(test) -> list[str]:
    return sorted(
        str(file.relative_to(CORE)) for file in CORE.rglob("*.py") if test(file.read_text(encoding="utf-8"))
    )


def test_only_the_use_cases_commit():
    found = files_where(commits)

    assert [name for name in found if not name.startswith(MAY_COMMIT)] == []
    assert any(name.startswith("sync/") for name in found)


def test_only_the_executor_writes_to_quickbooks():
    assert files_where(sends) == [SENDS]


def test_the_guards_notice_what_they_guard_against():
    assert commits("with services.database.writing() as session: pass")
    assert commits("session.commit()")
    assert not commits("with database.reading() as session: pass")
    assert sends("client.write(request)")
    assert not sends("client.read('invoice', '1')")
