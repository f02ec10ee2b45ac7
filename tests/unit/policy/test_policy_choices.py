"""Who may choose what, and what a form shows for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.policy.policies import Policies, PolicyRefused, Role
from qbo_connector.policy.policy_manifest import allowed_values

LEFT_OPEN = {
    "direction": {"default": "out", "user": ["in"], "operator": ["both"]},
    "eligible_statuses": {"default": ["open", "paid"], "user": ["paid", "void"], "operator": ["draft"]},
    "extra_filters": {"default": ["currency=USD", "live_mode"], "user": ["currency=USD"]},
}


def _open():
    return Policies.from_manifest(LEFT_OPEN)


def test_a_form_shows_question_values_and_their_consequence():
    (direction, statuses, filters) = _open().choosable(Role.ADMIN, source="Storefront")

    assert (direction.key, direction.several, direction.current) == ("direction", False, ("out",))
    assert [(value.value, value.label) for value in direction.values] == [
        ("out", "Storefront to QuickBooks"),
        ("in", "QuickBooks to Storefront"),
    ]
    assert direction.values[1].consequence == "Nothing from Storefront is sent to QuickBooks."
    assert statuses.several
    assert [value.value for value in statuses.values] == ["paid", "void"]
    assert [value.value for value in statuses.locked] == ["open"]
    assert (filters.values[0].value, filters.values[0].label) == ("currency=USD", "In USD")


def test_an_operator_is_offered_more_and_an_end_user_nothing():
    policies = _open()

    operators = {
        choice.key: [value.value for value in choice.values] for choice in policies.choosable(Role.OPERATOR)
    }
    assert operators["direction"] == ["out", "in", "both"]
    assert operators["eligible_statuses"] == ["paid", "void", "draft"]
    assert policies.choosable(Role.END_USER) == ()


@pytest.mark.parametrize(
    ("choices", "role", "allowed"),
    [
        ({"direction": "in"}, Role.ADMIN, True),
        ({"direction": "both"}, Role.ADMIN, False),
        ({"direction": "both"}, Role.OPERATOR, True),
        ({"direction": "in"}, Role.END_USER, False),
        ({"direction": "out"}, Role.END_USER, True),
        ({"eligible_statuses": ["open"]}, Role.ADMIN, True),
        ({"eligible_statuses": ["open", "void"]}, Role.ADMIN, True),
        ({"eligible_statuses": ["paid"]}, Role.ADMIN, False),
        ({"eligible_statuses": ["paid"]}, Role.OPERATOR, False),
        ({"eligible_statuses": ["open", "draft"]}, Role.ADMIN, False),
        ({"eligible_statuses": ["open", "draft"]}, Role.OPERATOR, True),
        ({"trigger": "event"}, Role.OPERATOR, False),
        ({"trigger": "manual_single"}, Role.END_USER, True),
    ],
)
def test_a_choice_is_taken_only_from_whom_it_was_left_to(choices, role, allowed):
    policies = _open()
    ((key, value),) = choices.items()

    if not allowed:
        with pytest.raises(PolicyRefused) as refused:
            policies.overlay(choices, role)
        assert refused.value.keys == (key,)
        return
    chosen = getattr(policies.overlay(choices, role), key)
    assert (list(chosen) if isinstance(value, list) else chosen) == value


def test_an_unknown_choice_is_refused_like_in_a_manifest():
    with pytest.raises(PolicyRefused, match="did you mean “direction”"):
        _open().overlay({"directions": "in"}, Role.ADMIN)
    with pytest.raises(PolicyRefused, match="It is one of: out, in, both"):
        _open().overlay({"direction": "sideways"}, Role.ADMIN)


def test_an_admin_can_always_go_back_to_the_default():
    chosen = _open().overlay({"direction": "in"}, Role.ADMIN)

    assert chosen.overlay({"direction": "out"}, Role.ADMIN) == _open()


def test_a_policy_without_alternatives_is_not_asked():
    policies = Policies.from_manifest({"direction": {"default": "out"}})

    assert policies.choosable(Role.OPERATOR) == ()


@given(direction=st.sampled_from(allowed_values(Policies, "direction")), role=st.sampled_from(list(Role)))
def test_an_overlay_changes_nothing_but_what_was_chosen(direction, role):
    policies = _open()
    try:
        chosen = policies.overlay({"direction": direction}, role)
    except PolicyRefused:
        offered = {
            value.value
            for choice in policies.choosable(role)
            if choice.key == "direction"
            for value in choice.values
        }
        assert direction not in offered
        return
    assert chosen.model_dump(exclude={"direction"}) == policies.model_dump(exclude={"direction"})
    assert chosen.direction == direction
