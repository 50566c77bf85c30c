"""What folding calls and tables of strings needs of the folder of the file, so that neither has to know it."""

from collections.abc import Mapping
from typing import Protocol

from tree_sitter import Node

from customhouse.source.javascript.scope import Scopes
from customhouse.source.javascript.tree import Code
from customhouse.source.javascript.values import Constant

#: What names stand for inside of a function that is carried out; None for a name that is not known.
Environment = Mapping[bytes, Constant | None]
NOTHING: Environment = {}


class Folds(Protocol):
    """A folder of expressions."""

    code: Code
    scopes: Scopes
    #: Calls of local functions that may still be folded.
    calls_left: int

    def fold(self, node: Node | None, env: Environment = NOTHING, depth: int = 0) -> Constant | None:
        """Fold an expression."""

    def path(self, node: Node | None, depth: int = 0) -> str | None:
        """What an expression refers to."""

    def member_name(self, node: Node) -> str | None:
        """The name that a member expression takes."""
