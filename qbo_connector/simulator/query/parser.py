"""Reading a query: SELECT … FROM … WHERE … ORDERBY … STARTPOSITION … MAXRESULTS (reference §4)."""

from typing import Any

from qbo_connector.simulator.faults import IntuitFault, fault
from qbo_connector.simulator.query.lexer import Token, TokenKind, parse_error, tokens_of
from qbo_connector.simulator.query.statement import Condition, Operator, Order, Statement

MAX_RESULTS = 1000
_OPERATORS = {operator.value: operator for operator in Operator} | {"<>": Operator.NE}


def parse(statement: str, *, first: int = 1) -> Statement:
    """Read a statement. `first` is the least STARTPOSITION that is let pass.

    Raises:
        IntuitFault: 4000 for bad grammar, 4001 for numbers out of range.
    """
    return _Parser(tokens_of(statement), first).statement()


class _Parser:
    def __init__(self, tokens: list[Token], first: int) -> None:
        self._tokens = tokens
        self._first = first
        self._at = 0

    def statement(self) -> Statement:
        self._expect("SELECT")
        fields, count = self._projection()
        self._expect("FROM")
        parts: dict[str, Any] = {"entity": self._word(), "fields": fields, "count": count}
        if self._take("WHERE"):
            parts["conditions"] = tuple(self._conditions())
        while self._at < len(self._tokens):
            parts.update(self._clause())
        return Statement(**parts)

    def _projection(self) -> tuple[tuple[str, ...], bool]:
        if self._take("COUNT"):
            for sign in ("(", "*", ")"):
                self._expect(sign)
            return (), True
        everything = self._take("*")
        fields = [] if everything else [self._word()]
        while self._take(","):
            fields.append(self._word())
        return (() if everything else tuple(fields)), False

    def _conditions(self) -> list[Condition]:
        conditions = [self._condition()]
        while self._take("AND"):
            conditions.append(self._condition())
        return conditions

    def _condition(self) -> Condition:
        field = self._word()
        operator = _OPERATORS.get(self._next().text.upper())
        if operator is None:
            raise self._error(-1)
        if operator is not Operator.IN:
            return Condition(field=field, operator=operator, values=(self._value(),))
        self._expect("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._expect(")")
        return Condition(field=field, operator=operator, values=tuple(values))

    def _clause(self) -> dict[str, Any]:
        if self._take("ORDERBY"):
            return {"order": tuple(self._order())}
        if self._take("ORDER"):
            self._expect("BY")
            return {"order": tuple(self._order())}
        if self._take("STARTPOSITION"):
            return {"start": max(1, self._number(self._first, None))}
        if self._take("MAXRESULTS"):
            return {"limit": self._number(1, MAX_RESULTS)}
        raise self._error()

    def _order(self) -> list[Order]:
        orders = [self._one_order()]
        while self._take(","):
            orders.append(self._one_order())
        return orders

    def _one_order(self) -> Order:
        field = self._word()
        descending = self._take("DESC")
        if not descending:
            self._take("ASC")
        return Order(field=field, descending=descending)

    def _number(self, least: int, most: int | None) -> int:
        token = self._next()
        if not token.text.lstrip("-").isdigit():
            raise self._error(-1)
        number = int(token.text)
        if number < least:
            raise validation_error(f"value {number} is too small. Min allowed value is {least}")
        if most is not None and number > most:
            raise validation_error(f"value {number} is too large. Max allowed value is {most}")
        return number

    def _value(self) -> str:
        token = self._next()
        if token.kind is TokenKind.SIGN:
            raise self._error(-1)
        return token.text

    def _word(self) -> str:
        token = self._next()
        if token.kind is not TokenKind.WORD:
            raise self._error(-1)
        return token.text

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise parse_error("EOF")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].says(word):
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._error()

    def _error(self, back: int = 0) -> IntuitFault:
        at = self._at + back
        return parse_error(self._tokens[at].text if at < len(self._tokens) else "EOF", at)


def validation_error(detail: str) -> IntuitFault:
    """4001: well-formed, but it cannot be asked."""
    return fault("4001", "Invalid query", f"QueryValidationError: {detail}")
