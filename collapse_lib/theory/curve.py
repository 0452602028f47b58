"""What a closed form says about itself: a curve knows what it predicts, when, and who says so.

A figure that draws a median must not be laid over a theory of the mean. So every formula of this
package is declared with the statistic and the quantity it predicts, and every parameter with the
values it accepts. From the one declaration come the checks at the door, the docstring's sections
and the attributes a figure asks for; what remains in the function is bare mathematics.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from textwrap import fill, indent
from typing import ParamSpec, Protocol, cast

import numpy as np

from collapse_lib.checks import Array, broadcast
from collapse_lib.theory.domains import Domain, Number
from collapse_lib.theory.sources import SOURCES

P = ParamSpec("P")
VARIANCE = "in units of the truth's variance"


class ClosedForm(Protocol[P]):
    """A closed form that carries what it predicts.

    Attributes
    ----------
    statistic : str
        What is taken over lineages: "mean", "median", "quantile", "probability", …
    quantity : str
        Of what: "fitted variance", "surviving categories", …
    predicts : str
        The two together: "median of the fitted variance".
    unit : str
        Of the returned numbers.
    assumes : str
        Where it holds, and whether exactly.
    misreading : str
        One way to misread it.
    source : tuple of str
        Keys of `SOURCES`; empty where it is derived here.
    """

    __name__: str
    statistic: str
    quantity: str
    predicts: str
    unit: str
    assumes: str
    misreading: str
    source: tuple[str, ...]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Array:
        """Return the value for these arguments."""


def curve(
    statistic: str,
    of: str,
    *,
    assumes: str,
    misreading: str,
    unit: str = "a plain number",
    shape: str = "of the shape to which the arguments broadcast",
    source: tuple[str, ...] = (),
) -> Callable[[Callable[P, Number]], ClosedForm[P]]:
    """Declare what a formula predicts, and check its arguments by their annotated domains."""

    def declare(formula: Callable[P, Number]) -> ClosedForm[P]:
        signature = inspect.signature(formula, eval_str=True)
        domains: dict[str, Domain] = {
            name: parameter.annotation.__metadata__[0]
            for name, parameter in signature.parameters.items()
        }

        @wraps(formula)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Number:
            call = signature.bind(*args, **kwargs)
            for name, value in call.arguments.items():
                # [()] turns a lone number back into a scalar, which numpy handles much faster
                known = np.asarray(domains[name].check(name, value), dtype=float)
                call.arguments[name] = known[()]
            try:
                with np.errstate(over="ignore", under="ignore"):  # then infinite, or 0
                    return formula(*call.args, **call.kwargs)
            except ValueError as error:
                if "broadcast" not in str(error):
                    raise
                shapes = {name: np.shape(value) for name, value in call.arguments.items()}
                broadcast(**shapes)  # says which do not go together; or they do, but for the last
                raise ValueError(
                    f"{' and '.join(shapes)} must have shapes that go together, not "
                    f"{' and '.join(map(str, shapes.values()))}"
                ) from None

        declared = cast(ClosedForm[P], checked)
        declared.statistic, declared.quantity, declared.unit = statistic, of, unit
        declared.predicts = f"{statistic} of the {of}"
        declared.assumes, declared.misreading, declared.source = assumes, misreading, source
        shown = [
            parameter.replace(annotation=domains[name].words)
            for name, parameter in signature.parameters.items()
        ]
        checked.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=shown, return_annotation="float or array"
        )
        checked.__doc__ = _document(formula.__doc__ or "", declared, domains, shape)
        return declared

    return declare


def _document(text: str, curve: ClosedForm[P], domains: dict[str, Domain], shape: str) -> str:
    parameters = (_entry(f"{name} : {d.words}", f"{d.meaning}.") for name, d in domains.items())
    returns = _entry("float or array", f"The {curve.predicts}, {curve.unit}, {shape}.")
    notes = fill(f"Assumes {curve.assumes}.", 92), fill(f"Misreading: {curve.misreading}.", 92)
    references = [fill(SOURCES[key], 92, break_on_hyphens=False) for key in curve.source]
    return "\n\n".join(
        [
            inspect.cleandoc(text),
            _section("Parameters", parameters),
            _section("Returns", [returns]),
            _section("Raises", [_entry("ValueError", "If an argument is out of range.")]),
            _section("Notes", notes),
            _section("References", references) if references else "Derived here.",
        ]
    )


def _section(title: str, entries: Iterable[str]) -> str:
    return "\n".join([title, "-" * len(title), *entries])


def _entry(head: str, text: str) -> str:
    return f"{head}\n{indent(fill(text, 88), '    ')}"
