"""How far things are: operations and runs."""

from spectree import Response

from qbo_connector.store import runs
from qbo_connector.sync import asks
from qbo_connector.web import access
from qbo_connector.web.api.admission import caller
from qbo_connector.web.api.asking import asking
from qbo_connector.web.api.document import specification
from qbo_connector.web.api.door import blueprint
from qbo_connector.web.api.records import REFUSALS
from qbo_connector.web.api.values import Operation, Run, WaitQuery
from qbo_connector.web.widget import limits
from qbo_connector.web.wiring import services

ID = "<int:{}>"


@blueprint.get(f"/operations/{ID.format('operation_id')}")
@access.api("read")
@specification.validate(
    resp=Response(HTTP_200=Operation, **REFUSALS), tags=["progress"], operation_id="getOperation"
)
def get_operation(operation_id: int, query: WaitQuery) -> Operation:
    """How far an operation is; with `wait`, as soon as it is newer than `after`."""
    own = caller().organization_id
    with limits.patience().place(query.wait) as seconds:
        view = asking(lambda: asks.wait_for(services(), own, operation_id, after=query.after, seconds=seconds))
    return Operation.model_validate(view)


@blueprint.get(f"/runs/{ID.format('run_id')}")
@access.api("read")
@specification.validate(resp=Response(HTTP_200=Run, **REFUSALS), tags=["progress"], operation_id="getRun")
def get_run(run_id: int) -> Run:
    """How far a run is."""
    return asking(lambda: _run(run_id))


def _run(run_id: int) -> Run:
    with services().database.reading() as session:
        run = runs.load_in(session, caller().organization_id, run_id)
        reached = runs.progress(session, run_id)
    return Run(
        id=run.id,
        pairing=run.pairing_id,
        kind=run.kind,
        state=str(run.state),
        total=max(run.total, reached.total),
        done=reached.done,
        outcomes={str(outcome): count for outcome, count in reached.outcomes.items()},
        started_at=run.started_at,
        finished_at=run.finished_at,
    )
