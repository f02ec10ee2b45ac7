"""A manifest says everything in closed words; what it cannot mean is refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.canonical.parts import Status
from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.policies import Entitlement, ExtraFilter, FilterKind, Policies, PolicyRefused, Role
from qbo_connector.policy.policy_contradictions import contradictions
from qbo_connector.policy.policy_manifest import allowed_values, holds_several, keys_of
from qbo_connector.policy.policy_words import WizardStep, policy_words


def test_an_empty_manifest_is_careful():
    policies = Policies.from_manifest({})

    assert policies == Policies()
    assert policies.trigger == "manual_single"
    assert (policies.payments_in, policies.payments_out, policies.void_propagates) == ("no", "no", "no")
    assert policies.qbo_edit_of_source_doc == "error"
    assert Status.DRAFT not in policies.eligible_statuses


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"direktion": "out"}, "There is no policy “direktion”; did you mean “direction”?"),
        ({"zzzz": "out"}, "There is no policy “zzzz”."),
        ({"latitude": {}}, "There is no policy “latitude”."),
        ({"direction": "up"}, "The policy “direction” cannot be “up”. It is one of: out, in, both."),
        ({"sales_receipts": True}, "The policy “sales_receipts” cannot be “True”. It is one of: no, yes."),
        ({"direction": ["out", "in"]}, "The policy “direction” cannot be “out, in”. It is one of: out, in, both."),
        (
            {"customer_match": "phone"},
            "The policy “customer_match” cannot be “phone”. It is one of: choice, email, name.",
        ),
        ({"customer_match": ["name", "name"]}, "The policy “customer_match” names a value twice."),
        (
            {"eligible_statuses": ["deleted"]},
            (
                "The policy “eligible_statuses” cannot be “deleted”. "
                "It is one of: draft, open, partially_paid, paid, uncollectible, void."
            ),
        ),
        (
            {"entitlement": ["gold"]},
            "The policy “entitlement” cannot be “gold”. It is one of: plan, beta, cohort.",
        ),
        (
            {"collecting_item": ""},
            "The policy “collecting_item” cannot be “”: String should have at least 1 character.",
        ),
        (
            {"direction": {"default": "out", "admin": ["in"]}},
            "The policy “direction” has default, user and operator, but not admin.",
        ),
        (
            {"direction": {"default": "out", "user": "in"}},
            "The choices of the policy “direction” have to be a list.",
        ),
        (
            {"direction": {"default": "out", "user": ["up"]}},
            "The policy “direction” cannot be “up”. It is one of: out, in, both.",
        ),
        (
            {"collecting_item": {"default": "Misc", "user": ["Other"]}},
            "The policy “collecting_item” cannot be left to anybody's choice.",
        ),
        (
            {"entitlement": {"default": ["beta"], "user": ["plan"]}},
            "The policy “entitlement” cannot be left to anybody's choice.",
        ),
    ],
)
def test_what_a_manifest_cannot_mean_is_refused_in_a_sentence(table, sentence):
    with pytest.raises(PolicyRefused) as refused:
        Policies.from_manifest(table)

    assert str(refused.value) == sentence
    assert refused.value.keys == tuple(table)
    assert isinstance(refused.value, ConfigurationError)


@pytest.mark.parametrize("wrong", ["currency", "currency=", "currency=usd", "live_mode=USD", "weather"])
def test_a_filter_without_sense_is_refused(wrong):
    with pytest.raises(PolicyRefused, match="extra_filters"):
        Policies.from_manifest({"extra_filters": [wrong]})


def test_a_filter_may_be_written_as_text_or_table():
    as_text = Policies.from_manifest({"extra_filters": "currency=USD,CAD"})
    as_table = Policies.from_manifest({"extra_filters": [{"kind": "currency", "allowed": ["USD", "CAD"]}]})

    assert as_text == as_table
    assert as_text.extra_filters == (ExtraFilter(kind=FilterKind.CURRENCY, allowed=("USD", "CAD")),)
    assert str(as_text.extra_filters[0]) == "currency=USD,CAD"


def test_an_entitlement_may_be_written_as_name_list_or_table():
    expected = Entitlement(beta=True)

    for written in ("beta", ["beta"], {"beta": True}):
        assert Policies.from_manifest({"entitlement": written}).entitlement == expected


@pytest.mark.parametrize("contradiction", contradictions(), ids=lambda one: one.sentence.split(":")[0])
def test_each_contradiction_is_refused(contradiction):
    table = {key: values[0] for key, values in contradiction.when.items()}

    with pytest.raises(PolicyRefused) as refused:
        Policies.from_manifest(table)

    assert str(refused.value) == contradiction.sentence
    assert refused.value.keys == contradiction.keys


@pytest.mark.parametrize("contradiction", contradictions(), ids=lambda one: one.sentence.split(":")[0])
def test_contradictions_speak_of_policies_and_values_that_exist(contradiction):
    for key, values in {**contradiction.when, **contradiction.without}.items():
        assert set(values) <= set(allowed_values(Policies, key))
        assert key in contradiction.sentence or key == "schedule"


def test_a_contradiction_between_choices_is_refused_and_names_both():
    policies = Policies.from_manifest(
        {"payments_in": {"default": "yes", "user": ["no"]}, "direction": {"default": "out", "user": ["in"]}}
    )

    with pytest.raises(PolicyRefused, match="payments_in = yes cannot stand with direction = in") as refused:
        policies.overlay({"direction": "in"}, Role.ADMIN)
    assert set(refused.value.keys) == {"payments_in", "direction"}
    assert policies.overlay({"direction": "in", "payments_in": "no"}, Role.ADMIN).direction == "in"


def test_every_policy_and_every_value_has_words_and_no_others_do():
    words = policy_words()

    assert set(words) == set(keys_of(Policies))
    for key, policy in words.items():
        assert set(policy.values) == set(allowed_values(Policies, key)), key
        assert policy.step in WizardStep


def test_words_are_one_sentence_without_jargon():
    for key, policy in policy_words().items():
        for value, words in policy.values.items():
            assert words.consequence.endswith("."), (key, value)
            assert len(words.consequence) <= 100, (key, value)
            assert "QBO" not in words.label + words.consequence
            assert not words.label.endswith("."), (key, value)


def test_the_words_stand_in_the_order_of_the_wizard():
    steps = [policy.step for policy in policy_words().values()]

    assert steps == sorted(steps, key=list(WizardStep).index)


single_values = [
    (key, value)
    for key in keys_of(Policies)
    if not holds_several(Policies, key)
    for value in allowed_values(Policies, key)
]


@given(pairs=st.lists(st.sampled_from(single_values), max_size=6))
def test_any_manifest_of_known_words_is_read_or_refused_for_a_contradiction(pairs):
    try:
        policies = Policies.from_manifest(dict(pairs))
    except PolicyRefused as refused:
        assert str(refused) in {one.sentence for one in contradictions()}  # noqa: PT017 - either outcome is right
        return
    assert not [one for one in contradictions() if one.holds_in(policies)]
