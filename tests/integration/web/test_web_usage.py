"""The usage page, and the warnings that come before reads run out or a link ends."""

from datetime import UTC, datetime, timedelta

import pytest

from qbo_connector.jobs.scheduler import duties_of
from qbo_connector.store import connections, exchanges, findings, operations, usage
from qbo_connector.store.connections import Connection
from qbo_connector.store.exchanges import Exchange
from qbo_connector.store.states import FindingScope, Intent, Lane
from qbo_connector.sync.foreseeing import foresee

LOW, EXPIRING = "limit.read_budget_low", "connection.expiring"


@pytest.fixture
def settings(make_settings):
    return make_settings(reads_per_month=1000)


@pytest.fixture
def company(services, organization_id):
    """A connected company of the organization; more of its columns on request."""

    def make(name="Craig's Design", **values):
        row = Connection(
            organization_id=organization_id,
            realm_id=f"realm of {name}",
            environment=services.settings.environment,
            company_name=name,
            **values,
        )
        with services.database.writing() as session:
            return connections.add(session, row)

    return make


@pytest.fixture
def used(services):
    """What a company was asked, today or some days ago."""

    def count(row, *, days_ago=0, **figures):
        day = datetime.now(UTC).date() - timedelta(days=days_ago)
        with services.database.writing() as session:
            usage.count(session, row.id, day, **figures)

    return count


@pytest.fixture
def warned(services):
    def read(row):
        with services.database.reading() as session:
            open_ones = findings.list_open(session, FindingScope.CONNECTION, row.id)
            return {one.code: (one.params, one.count) for one in open_ones}

    return read


def page(owner, organization_id):
    return owner.get(f"/o/{organization_id}/quickbooks/usage")


def test_reads_and_writes_of_the_month_stand_on_the_page(owner, organization_id, company, used, read):
    craig = company()
    used(craig, requests=60, reads=12, writes=48)

    seen = read(page(owner, organization_id))

    assert "12 reads and 48 writes this month" in seen
    assert "1 % of what this installation may read" in seen
    assert "12, from the common budget" in seen


def test_a_share_is_told_with_what_is_used_of_it(owner, organization_id, company, used, read):
    used(company(read_share=50), requests=40, reads=40)

    assert "40 of its own 50 (80 %)" in read(page(owner, organization_id))


def test_what_reads_were_for_is_told_by_purpose(services, owner, organization_id, company, read):
    craig = company()
    with services.database.writing() as session:
        for intent, metered in ((Intent.CHANGES, True), (Intent.CHANGES, True), (Intent.PUSH, False)):
            asked = operations.request(
                session,
                organization_id=organization_id,
                connection_id=craig.id,
                intent=intent,
                lane=Lane.BULK,
                asked_by="test",
            )
            exchanges.append(
                session,
                Exchange(
                    organization_id=organization_id,
                    connection_id=craig.id,
                    operation_id=asked.id,
                    at=datetime.now(UTC),
                    method="GET",
                    path="/cdc",
                    metered=metered,
                ),
            )

    seen = read(page(owner, organization_id))

    assert "Hearing what changed in QuickBooks 2" in seen
    assert "Sending documents" not in seen


def test_reads_that_will_not_last_are_said_with_their_last_day(owner, organization_id, company, used, read):
    used(company(read_share=None), requests=1001, reads=1001)

    assert "reads are used up" in read(page(owner, organization_id))


def test_companies_of_others_are_not_on_the_page(services, make_person, organization_id, company, read):
    company("Our Company")
    stranger = make_person("eve@example.com")

    assert page(stranger, organization_id).status_code in {403, 404}


def test_the_scheduler_looks_ahead_once_an_hour(settings):
    assert [duty.every_s for duty in duties_of(settings) if duty.do is foresee] == [3600.0]


@pytest.mark.requirement("B-15")
def test_who_uses_most_of_the_common_reads_is_warned_of_from_80_percent(services, company, used, warned):
    craig, dana = company("Craig"), company("Dana")
    used(craig, reads=795)
    used(dana, reads=15)

    foresee(services)
    foresee(services)

    assert warned(craig)[LOW] == ({"company": "Craig", "percent": "81"}, 1)
    assert warned(dana) == {}


def test_a_share_of_its_own_is_warned_of_by_itself_and_the_warning_goes_with_a_larger_one(
    services, company, used, warned
):
    dana = company("Dana", read_share=10)
    used(dana, reads=9)
    foresee(services)
    assert warned(dana)[LOW][0]["percent"] == "90"

    used(dana, reads=1)
    foresee(services)
    assert warned(dana)[LOW] == ({"company": "Dana", "percent": "100"}, 2), "nearly gone is news"

    with services.database.writing() as session:
        connections.load(session, dana.id).read_share = 100_000
    foresee(services)
    assert warned(dana) == {}


@pytest.mark.requirement("P-6")
@pytest.mark.parametrize(
    ("idle_days", "final_days", "told"),
    [(100, 1800, False), (13, 1800, True), (100, 59, True), (15, 61, False)],
)
def test_a_link_that_ends_soon_is_told_14_days_before_disuse_and_60_before_its_final_date(
    services, company, warned, idle_days, final_days, told
):
    now = services.clock()
    craig = company(
        refresh_expires_at=now + timedelta(days=idle_days),
        refresh_hard_expires_at=now + timedelta(days=final_days),
    )

    foresee(services)

    assert (EXPIRING in warned(craig)) is told
    if told:
        end = now + timedelta(days=min(idle_days, final_days))
        assert warned(craig)[EXPIRING][0]["date"] == f"{end:%b} {end.day}, {end:%Y}"
