"""Collect what a reader sees into the catalogues: ``python tools/catalogue.py``.

    python tools/catalogue.py            # bring all catalogues up to date, say what they lack
    python tools/catalogue.py fr         # the same, and begin a French one if there is none
    python tools/catalogue.py --check    # change nothing; fail if a text has no translation

A text is found where it is declared, in the three ways that `collapse_lib.words` names. One that
is put together there, such as ``f"kinds, of {KINDS}"``, is found if everything in it is known
without calling anything. Needs Babel, which requirements-dev.txt brings.
"""

from __future__ import annotations

import ast
import inspect
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, reduce
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import collapse_lib
from collapse_lib import words
from collapse_lib.explorable import Explorable

PACKAGE = Path(collapse_lib.__file__).parent
HEADER = "# The English text is the msgid; numbers and names in {braces} are filled in afterwards."
MARKS = (words._, words.later, words.ngettext)
CALLS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda)
SHOWN = 20  # missing texts that are listed

Text = str | tuple[str, str]  # a pair is a singular and a plural


# ---- what the code says


class Unknown:
    """What an expression is worth that is known only when the code runs."""


class Either(NamedTuple):
    """What an expression may be worth."""

    one: Any
    other: Any


class Pairs(NamedTuple):
    """A mapping, some of whose parts may be unknown."""

    pairs: list[tuple[Any, Any]]


class Collector(ast.NodeVisitor):
    """Find the texts of one module, without running more of it than importing it does.

    Parameters
    ----------
    names : mapping
        What the module's names stand for.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = dict(names)
        self.partly: dict[str, Any] = {}  # what is not known altogether
        self.found: list[tuple[int, Text]] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Read a function, whose own names end with it."""
        outside = self.names, self.partly
        self.names, self.partly = dict(self.names), dict(self.partly)
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                self.bind(argument.arg, Unknown)
        self.generic_visit(node)
        self.names, self.partly = outside

    def visit_arguments(self, node: ast.arguments) -> None:
        """Take the texts that parameters have by default."""
        self.generic_visit(node)
        placed = [*node.posonlyargs, *node.args]
        usual = [None] * (len(placed) - len(node.defaults)) + node.defaults + node.kw_defaults
        for argument, default in zip([*placed, *node.kwonlyargs], usual, strict=True):
            self.take(argument.annotation, default)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Take the texts that fields have by default."""
        self.generic_visit(node)
        self.take(node.annotation, node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Remember what a name stands for, if that is known."""
        self.generic_visit(node)
        if node.col_offset == 0:  # the module has run, so its own names are known
            return
        target, value = node.targets[0], node.value
        several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        names, values = (target.elts, value.elts) if several else ([target], [value])  # type: ignore[attr-defined]
        for name, each in zip(names, values, strict=False):
            if isinstance(name, ast.Name):
                self.bind(name.id, self.value(each))

    def visit_Call(self, node: ast.Call) -> None:
        """Take what is said, and what is given for parameters that a reader sees."""
        self.generic_visit(node)
        called = self.value(node.func)
        if called in MARKS:
            given = [self.value(argument) for argument in node.args]
            text = given[0] if called is not words.ngettext else tuple(given[:2])
            if isinstance(given[0], str):
                self.found.append((node.lineno, text))
        elif callable(called) and called is not Unknown:
            wanted = parameters(called)
            given = dict(zip(wanted, node.args, strict=False))
            given |= {word.arg: word.value for word in node.keywords if word.arg}
            for name, argument in given.items():
                self.take(wanted.get(name), argument)

    def bind(self, name: str, value: Any) -> None:
        """Have a name stand for a value from now on."""
        self.names.pop(name, None)
        self.partly.pop(name, None)
        whole = value is not Unknown and not isinstance(value, Either | Pairs | list)
        (self.names if whole else self.partly)[name] = value

    def take(self, kind: ast.expr | None, given: ast.expr | None) -> None:
        """Take the texts in an expression, where its type says that there are some."""
        if kind and given:
            self.found += [(given.lineno, text) for text in texts(kind, self.value(given))]

    def value(self, node: ast.expr) -> Any:
        """Return what an expression is worth, as far as that is known without calling anything."""
        if not any(isinstance(part, CALLS) for part in ast.walk(node)):
            try:
                return eval(compile(ast.Expression(node), "", "eval"), dict(self.names))
            except Exception:  # a name of which only the running code knows what it stands for
                pass
        match node:
            case ast.Name(id=name):
                return self.partly.get(name, Unknown)
            case ast.IfExp(body=one, orelse=other):
                return Either(self.value(one), self.value(other))
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return Pairs([(self.value(k) if k else Unknown, self.value(v)) for k, v in pairs])
            case ast.Subscript(value=whole):  # one of some that are known
                values = self.value(whole)
                several = values.values() if isinstance(values, Mapping) else [Unknown]
                return reduce(Either, several, Unknown)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                split = [part.value if isinstance(part, ast.Starred) else None for part in parts]
                values = [
                    self.value(inside) if inside else [self.value(part)]
                    for part, inside in zip(parts, split, strict=True)
                ]
                return [each for some in values if isinstance(some, list | tuple) for each in some]
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part):
                return [self.value(part)]
            case ast.DictComp(key=key, value=value):
                return Pairs([(self.value(key), self.value(value))])
            case ast.Call(args=[text, *_]) if self.value(node.func) is words.later:
                return self.value(text)
        return Unknown


@cache
def parameters(called: Callable[..., Any]) -> dict[str, ast.expr | None]:
    """Return each parameter of a callable, with its type as it is written if that is for texts."""
    try:
        declared = inspect.signature(called).parameters
    except (TypeError, ValueError):  # it is written in C
        return {}
    kinds = {name: str(one.annotation) for name, one in declared.items()}
    return {
        name: ast.parse(kind, mode="eval").body if "Message" in kind else None
        for name, kind in kinds.items()
    }


def texts(kind: ast.expr, value: Any) -> Iterator[str]:
    """Yield the texts in a value, where its type says that there are some."""
    match kind, value:
        case _, Either(one, other):
            yield from texts(kind, one)
            yield from texts(kind, other)
        case ast.BinOp(left=left, right=right), _:  # one type or the other
            yield from texts(left, value)
            yield from texts(right, value)
        case ast.Name(id="Message"), str():
            yield from [value] if value else []
        case ast.Subscript(slice=ast.Tuple(elts=[first, second])), Mapping() | Pairs():
            for key, part in value.pairs if isinstance(value, Pairs) else value.items():
                yield from texts(first, key)
                yield from texts(second, part)
        case ast.Subscript(
            value=ast.Name(id="tuple"), slice=ast.Tuple(elts=kinds)
        ), tuple() | list():
            for each, part in zip(kinds, value, strict=False):
                yield from texts(each, part)
        case ast.Subscript(
            value=ast.Name(id="Sequence" | "Iterable"), slice=each
        ), tuple() | list():
            for part in value:
                yield from texts(each, part)


def collected(package: Path = PACKAGE) -> dict[Text, list[str]]:
    """Return what a reader sees, and for each text the files that declare it."""
    found: dict[Text, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package.parent).with_suffix("")
        if path.name == "__main__.py":
            continue
        module = import_module(".".join(inside.parts).removesuffix(".__init__"))
        collector = Collector(vars(module))
        collector.visit(ast.parse(path.read_text(encoding="utf-8")))
        said = [text for _line, text in sorted(collector.found, key=lambda one: one[0])]
        for panel in vars(module).values():
            if isinstance(panel, Explorable) and panel.function.__module__ == module.__name__:
                said += [control.label for control in panel.controls]  # some are the names
        for text in said:
            files = found.setdefault(text, [])
            if (name := path.relative_to(package.parent).as_posix()) not in files:
                files.append(name)
    return found


# ---- what the catalogues hold


def template(found: Mapping[Text, Iterable[str]]) -> Catalog:
    """Return an empty catalogue of texts."""
    made = Catalog(project="collapse_lib", version=collapse_lib.__version__, charset="utf-8")
    for text, files in found.items():
        made.add(text, locations=[(file, 0) for file in files])
    return made


def written(code: str, locales: Path = words.LOCALES) -> Path:
    """Return where the catalogue of a language is."""
    return locales / code / "LC_MESSAGES" / f"{words.DOMAIN}.po"


def read(path: Path) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def update(path: Path, fresh: Catalog) -> Catalog:
    """Bring the catalogue at `path` up to date, or begin it; what it translates stays.

    A text that nothing says any more is kept at the end of the file, out of use. Where a text
    was changed, the old translation is offered as *fuzzy*, and is not used until somebody has
    looked at it and removed that mark.
    """
    kept = read(path) if path.exists() else Catalog(locale=path.parts[-3], charset="utf-8")
    before = {message.id: message.previous_id for message in kept}
    kept.update(fresh)
    kept.header_comment = HEADER
    for message in kept:
        if message.fuzzy:  # Babel forgets what a guess was made from
            message.previous_id = message.previous_id or before.get(message.id, [])
        if message.fuzzy and message.previous_id and fresh.get(message.previous_id[0]):
            message.flags.discard("fuzzy")  # it is like a text that is still said: a chance
            message.string, message.previous_id = "", []
        message.flags.discard("python-format")  # "10 % real" is none
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # without the texts that guesses were made from: Babel wraps them, and reads them otherwise
        write_po(file, kept, width=100, include_lineno=False, sort_by_file=True)
    return kept


def missing(catalogue: Catalog, found: Mapping[Text, Iterable[str]]) -> list[Text]:
    """Return the texts that a catalogue does not translate."""

    def translated(text: Text) -> bool:
        message = catalogue.get(text)
        if message is None or message.fuzzy:
            return False
        return bool(message.string) and all(message.string)

    return [text for text in found if not translated(text)]


def told(code: str, lacking: list[Text], found: Mapping[Text, list[str]]) -> str:
    """Return how complete a catalogue is, and the first texts that it lacks."""
    lines = [f"{code}: {len(found) - len(lacking):,} of {len(found):,} texts are translated."]
    for text in lacking[:SHOWN]:
        lines.append(f"    {found[text][0]}: {text if isinstance(text, str) else text[0]}"[:100])
    if len(lacking) > SHOWN:
        lines.append(f"    … and {len(lacking) - SHOWN:,} more")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 1 if a check found something missing."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("code", nargs="?", help="a language to begin, such as fr")
    parser.add_argument("--check", action="store_true", help="change nothing, only look")
    asked = parser.parse_args(arguments)
    codes = [code for code in words.languages() if code != "en"]
    if asked.code:
        try:
            Locale.parse(asked.code)
        except (UnknownLocaleError, ValueError):
            parser.error(f"code must be that of a language, such as fr, not {asked.code!r}")
        codes = [asked.code] if asked.check else sorted({*codes, asked.code})
    found = collected()
    complete = True
    for code in codes:
        path = written(code)
        catalogue = read(path) if asked.check else update(path, template(found))
        lacking = missing(catalogue, found)
        complete = complete and not lacking
        print(told(code, lacking, found))
    return int(asked.check and not complete)


if __name__ == "__main__":
    sys.exit(main())
