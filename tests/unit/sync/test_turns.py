"""In which parts a plan is sent: wave after wave, and nothing before what it names."""

from qbo_connector.mapping.symbols import ref
from qbo_connector.plan.values import Step, Verb, Wave
from qbo_connector.sync.executing import turns


def step(symbol, *names, wave=Wave.LISTS):
    body = {"refs": [ref(name) for name in names]}
    return Step(symbol=symbol, entity="customer", verb=Verb.CREATE, wave=wave, name=symbol, body=body)


def parts(*planned):
    return [[one.symbol for one in turn] for turn in turns(planned)]


def test_what_names_nothing_new_of_its_wave_goes_together():
    assert parts(step("a"), step("b", "account"), step("doc", "a", "b", wave=Wave.DOCUMENTS)) == [
        ["a", "b"],
        ["doc"],
    ]
    assert parts() == []


def test_a_step_goes_behind_what_it_names():
    assert parts(step("above"), step("below", "above"), step("item")) == [["above"], ["below", "item"]]
    assert parts(step("a"), step("b", "a"), step("c", "b")) == [["a"], ["b"], ["c"]]


def test_waves_keep_their_order_however_the_plan_lists_them():
    assert parts(step("doc", wave=Wave.DOCUMENTS), step("a")) == [["a"], ["doc"]]
