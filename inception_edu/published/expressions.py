"""The expression that computes a claim's figure, as its source says it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

from .claim import Claim

__all__ = ["expression"]


def expression(claim: Claim) -> str:
    """What is computed for a claim, as Python: ``total('googlenet', 'params')``.

    Args:
        claim: one whose `compute` is a lambda; names that it was given by default arguments stand as their values.

    Returns:
        The expression on one line.
    """
    compute = claim.compute
    code = compute.__code__
    here = [node for node in _lambdas(inspect.getsourcefile(compute)) if node.lineno == code.co_firstlineno]
    found = next((node for node in here if _uses(node) == _looked_up(code)), None)
    if found is None:
        return f"{compute.__name__}()"
    return ast.unparse(_Filled(compute).visit(ast.parse(ast.unparse(found.body), mode="eval")))


@cache
def _lambdas(path: str | None) -> list[ast.Lambda]:
    if path is None:
        return []
    with open(path, encoding="utf-8") as file:
        return [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Lambda)]


def _uses(node: ast.Lambda) -> set[str]:
    """Names and attributes that the body looks up: what tells two lambdas on a line apart."""
    inside = list(ast.walk(node.body))
    bound = {argument.arg for argument in node.args.args}
    bound |= {inner.id for inner in inside if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}
    names = {inner.id for inner in inside if isinstance(inner, ast.Name)}
    return (names - bound) | {inner.attr for inner in inside if isinstance(inner, ast.Attribute)}


def _looked_up(code: CodeType) -> set[str]:
    """The same of compiled code; a comprehension may be code of its own."""
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    names = {*code.co_names, *code.co_freevars}.union(*map(_looked_up, inner))
    return names - set(code.co_cellvars)


class _Filled(ast.NodeTransformer):
    """Names that stand for a number or a text become it."""

    def __init__(self, compute: Callable[..., Any]):
        closed = inspect.getclosurevars(compute).nonlocals
        given = {name: p.default for name, p in inspect.signature(compute).parameters.items()}
        known = {**closed, **given}
        self.values = {name: value for name, value in known.items() if isinstance(value, (str, int, float))}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name by its value."""
        return ast.Constant(self.values[node.id]) if node.id in self.values else node
