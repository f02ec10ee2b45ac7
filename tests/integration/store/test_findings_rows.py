import pytest

from qbo_connector.store import NotThere, findings
from qbo_connector.store.states import FindingClass, FindingScope, FindingState

pytestmark = pytest.mark.postgres


def raise_finding(world, **seen):
    defaults = {
        "scope": FindingScope.RECORD,
        "code": "customer.not_found",
        "category": FindingClass.HELD,
        "organization_id": world.organization_id,
        "pairing_id": world.pairing.id,
    }
    with world.database.writing() as session:
        return findings.raise_(session, **(defaults | seen))


@pytest.fixture
def record(world):
    return world.record()


def test_the_same_reason_again_is_counted_with_the_newer_particulars(world, record):
    first = raise_finding(world, record_id=record.id, params={"customer": "Acme"}, details={"fault": "1"})
    again = raise_finding(world, record_id=record.id, params={"customer": "Acme Ltd"}, details={"fault": "2"})

    assert (again.id, again.count, again.params, again.details) == (
        first.id,
        2,
        {"customer": "Acme Ltd"},
        {"fault": "2"},
    )
    assert again.first_seen_at == first.first_seen_at
    assert again.last_seen_at > first.last_seen_at


def test_another_subject_is_another_finding(world, record):
    first = raise_finding(world, record_id=record.id, subject="line 1")

    assert raise_finding(world, record_id=record.id, subject="line 2").id != first.id


def test_what_was_resolved_is_opened_anew(world, record):
    first = raise_finding(world, record_id=record.id)
    with world.database.writing() as session:
        assert findings.resolve(session, first.id, by="user:1")
        assert not findings.resolve(session, first.id, by="user:1")

    again = raise_finding(world, record_id=record.id)

    assert (again.id != first.id, again.count) == (True, 1)
    with world.database.reading() as session:
        assert findings.load_in(session, world.organization_id, first.id).resolved_by == "user:1"
        assert [row.id for row in findings.list_of_record(session, record.id)] == [again.id]
        assert len(findings.list_of_record(session, record.id, open_only=False)) == 2


def test_success_closes_all_of_a_record_but_what_was_just_raised(world, record):
    other = world.record()
    raise_finding(world, record_id=record.id)
    raise_finding(world, record_id=record.id, code="total.differs", leading=True)
    kept = raise_finding(world, record_id=record.id, code="tax.not_mirrored", category=FindingClass.WARNING)
    theirs = raise_finding(world, record_id=other.id)

    with world.database.writing() as session:
        leading = findings.list_of_record(session, record.id)[0]
        assert findings.resolve_for_record(session, record.id, by="operation:1", keep=[kept.id]) == 2

    assert leading.code == "total.differs"
    with world.database.reading() as session:
        assert [row.id for row in findings.list_of_record(session, record.id)] == [kept.id]
        assert findings.load(session, theirs.id).state == FindingState.OPEN


def test_a_wide_finding_is_raised_once_and_shown_as_a_banner(world, record):
    raise_finding(world, record_id=record.id)
    wide = {
        "scope": FindingScope.CONNECTION,
        "connection_id": world.connection.id,
        "pairing_id": None,
        "code": "connection.expired",
        "category": FindingClass.CONNECTION_WIDE,
    }
    first, again = raise_finding(world, **wide), raise_finding(world, **wide)

    assert (again.id, again.count) == (first.id, 2)
    with world.database.writing() as session:
        assert [row.id for row in findings.list_open_wide(session, world.organization_id)] == [first.id]
        scope = (FindingScope.CONNECTION, world.connection.id)
        assert findings.resolve_scope(session, *scope, by="probe", codes=["another.code"]) == 0
        assert findings.resolve_scope(session, *scope, by="probe", codes=["connection.expired"]) == 1
        assert findings.list_open(session, *scope) == []


def test_the_installation_has_findings_of_its_own(world):
    found = raise_finding(
        world,
        scope=FindingScope.INSTALLATION,
        organization_id=None,
        pairing_id=None,
        code="installation.no_worker",
        category=FindingClass.CONNECTION_WIDE,
    )

    with world.database.reading() as session:
        assert [row.id for row in findings.list_open(session, FindingScope.INSTALLATION)] == [found.id]


def test_a_changed_cause_finds_who_waits_for_it(world, record):
    raise_finding(world, record_id=record.id, causes={"mirror:customer:acme": "f1", "rules": "3"})
    refreshed = raise_finding(world, record_id=record.id, causes={"mirror:customer:acme ltd": "f2", "rules": "3"})

    with world.database.reading() as session:

        def waiting_for(cause):
            return [row.id for row in findings.list_watching(session, world.organization_id, [cause])]

        assert waiting_for("mirror:customer:acme") == []
        assert waiting_for("mirror:customer:acme ltd") == [refreshed.id] == waiting_for("rules")


def test_nobody_waits_for_the_cause_of_a_closed_finding(world, record):
    found = raise_finding(world, record_id=record.id, causes={"rules": "3"})
    with world.database.writing() as session:
        assert findings.dismiss(session, found.id, by="user:1")
        assert findings.list_watching(session, world.organization_id, ["rules"]) == []


def test_another_organization_s_finding_is_not_there(world, record):
    found = raise_finding(world, record_id=record.id)
    stranger = world.organization()

    with pytest.raises(NotThere), world.database.reading() as session:
        findings.load_in(session, stranger, found.id)
