"""Cutting a query into words, values and signs (reference §4)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from qbo_connector.simulator.faults import IntuitFault, fault

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:\\.|[^'\\])*')
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<word>[A-Za-z_][\w.]*)
      | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,|\*)
    )""",
    re.VERBOSE | re.DOTALL,
)


class TokenKind(StrEnum):
    """What a token is."""

    STRING = "string"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token; `text` of a string is what stands between its quotes, unescaped."""

    kind: TokenKind
    text: str

    def says(self, word: str) -> bool:
        """Whether it is this keyword or sign, in whatever case."""
        return self.kind in {TokenKind.WORD, TokenKind.SIGN} and self.text.upper() == word


def tokens_of(statement: str) -> list[Token]:
    """The tokens of a statement.

    Raises:
        IntuitFault: 4000 at the first character that fits nowhere.
    """
    tokens: list[Token] = []
    position = 0
    text = statement.strip().rstrip(";")
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise parse_error(text[position : position + 20].strip(), position)
        position = match.end()
        tokens.append(_token(match.lastgroup, match.group(match.lastgroup)))
    return tokens


def parse_error(found: str, position: int = 0) -> IntuitFault:
    """4000: the statement is no query."""
    return fault(
        "4000",
        "Error parsing query",
        f'QueryParserError: Encountered " <{found or "EOF"}> "" at line 1, column {position + 1}.',
    )


def _token(group: str, text: str) -> Token:
    if group == "string":
        return Token(kind=TokenKind.STRING, text=re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
    return Token(kind=TokenKind(group), text=text)
