"""Hashes the code that computes the tables by its syntax, as JSON: source_hashes.py ENGINE PROJECT TABLE...

An edit that no run can notice moves no hash: of comments, docstrings, layout, quotes, or the name of a shared file. The
trees are walked here because the text of `ast.dump` differs between versions of Python.
"""

import ast
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# The jobs that compute tables; what others do to tables afterwards changes no answer.
LAYERS = ("bronze", "silver", "gold")

Name = tuple[str, ...]
"""A module by its place in the package: `gold/age.py` is `("gold", "age")`."""


@dataclass(frozen=True)
class Origin:
    """What an imported name stands for: a whole module, or something inside of one."""

    module: Name
    inside: str


class Package:
    """The modules below a folder, and what they take from each other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file_of(self, name: Name) -> Path | None:
        """Where a module is, or nothing if there is none."""
        if name and (module := self._folder.joinpath(*name).with_suffix(".py")).is_file():
            return module
        package = self._folder.joinpath(*name, "__init__.py")
        return package if package.is_file() else None

    @cache  # noqa: B019 - one package lives as long as the program
    def tree_of(self, name: Name) -> ast.Module:
        """The syntax of a module. Raises FileNotFoundError if there is none."""
        file = self.file_of(name)
        if file is None:
            raise FileNotFoundError(f"Module '{'/'.join(name)}' is not in '{self._folder}'.")
        return ast.parse(file.read_bytes(), str(file))

    def origins(self, importer: Name, node: ast.ImportFrom) -> list[Origin] | None:
        """What each name of an import stands for, or nothing if it comes from another package."""
        path = tuple(node.module.split(".")) if node.module else ()
        if node.level:
            file = self.file_of(importer)
            depth = len(importer) - (0 if file and file.name == "__init__.py" else 1) - (node.level - 1)
            base = importer[:depth] + path
        elif path[:1] == (self._folder.name,):
            base = path[1:]
        else:
            return None
        names = [alias.name for alias in node.names]
        return [Origin((*base, name), "") if self.file_of((*base, name)) else Origin(base, name) for name in names]

    def imports(self, importer: Name) -> Iterator[Name]:
        """The modules of this package that a module needs, with the packages around them, which are run first."""
        for node in ast.walk(self.tree_of(importer)):
            modules: list[Name] = []
            if isinstance(node, ast.ImportFrom):
                modules = [origin.module for origin in self.origins(importer, node) or []]
            elif isinstance(node, ast.Import):
                paths = [tuple(alias.name.split(".")) for alias in node.names]
                modules = [path[1:] for path in paths if path[0] == self._folder.name]
            for module in modules:
                yield module
                yield from (module[:length] for length in range(len(module)) if self.file_of(module[:length]))

    def closure(self, start: Iterable[Name]) -> set[Name]:
        """Modules and all that they are made of."""
        reached: set[Name] = set()
        waiting = list(start)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(self.imports(name))
        return reached

    def hash_of(self, modules: set[Name]) -> str:
        """A hash of modules that belong together. Neither their names nor their order count.

        An import names the module that it takes from. Inside the group that name gives way to what the module says, so
        that a renamed file moves nothing, and a name that is taken from another file than before still does.
        """
        without_origins = {
            name: digest(self._shape(name, lambda module: "" if module in modules else ".".join(module)))
            for name in modules
        }
        shapes = [self._shape(name, lambda module: without_origins.get(module, ".".join(module))) for name in modules]
        return digest(sorted(digest(shape) for shape in shapes if shape != EMPTY))

    def _shape(self, name: Name, identity: Callable[[Name], str]) -> list:
        def imported(node: ast.ImportFrom) -> list | None:
            origins = self.origins(name, node)
            if origins is None:
                return None
            bound = [alias.asname or alias.name for alias in node.names]
            pairs = zip(origins, bound, strict=True)
            return ["ImportFrom", [[identity(origin.module), origin.inside, local] for origin, local in pairs]]

        return shape(self.tree_of(name), imported)


def shape(value: object, imported: Callable[[ast.ImportFrom], list | None]) -> object:
    """Syntax as JSON. An empty field is left out, because newer versions of Python have fields that older ones lack."""
    if isinstance(value, ast.Constant):
        # Without `kind`, which only tells u"" from "".
        return ["Constant", type(value.value).__name__, ascii(value.value)]
    if isinstance(value, ast.ImportFrom) and (own := imported(value)) is not None:
        return own
    if isinstance(value, ast.JoinedStr):
        return ["JoinedStr", [shape(part, imported) for part in joined(value.values)]]
    if isinstance(value, ast.AST):
        fields = {name: shape(getattr(value, name, None), imported) for name in sorted(value._fields)}
        return [type(value).__name__, {name: field for name, field in fields.items() if field not in (None, [])}]
    if isinstance(value, list):
        # The holes stay: in a list they mean something, such as the `**` of a dictionary.
        return [shape(part, imported) for part in value if not is_bare_text(part)]
    return value


def is_bare_text(node: object) -> bool:
    """A docstring, of a module, function or class or below an attribute."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def joined(parts: list[ast.expr]) -> list[ast.expr]:
    """The parts of an f-string with texts in one piece, because versions of Python cut them up differently."""
    whole: list[ast.expr] = []
    for part in parts:
        before = whole[-1] if whole else None
        if isinstance(part, ast.Constant) and isinstance(before, ast.Constant):
            whole[-1] = ast.Constant(before.value + part.value)
        elif not (isinstance(part, ast.Constant) and part.value == ""):
            whole.append(part)
    return whole


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


EMPTY = ["Module", {}]


def source_hashes(engine: Path, project: Path, tables: list[str]) -> dict:
    """One hash of the code that tables share, and for each table one of its own with what it needs."""
    package = Package(project)
    queries = {table: project / f"{table.replace('.', '/')}.sql" for table in tables}
    texts = {table: file.read_text(encoding="utf-8") for table, file in queries.items() if file.exists()}
    modules = {table: tuple(table.split(".")) for table in tables if table not in texts}
    hashes = {table: package.hash_of(package.closure([module])) for table, module in modules.items()}
    hashes |= {table: digest(text.split()) for table, text in texts.items()}
    jobs = Package(engine)
    shared = jobs.hash_of(jobs.closure([("jobs", layer) for layer in LAYERS]))
    return {"shared": shared, "tables": dict(sorted(hashes.items()))}


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything has chosen a Python
        sys.exit("The jobs are written for Python 3.11 or newer. Set MEDALLION_PYTHON to one.")
    try:
        print(json.dumps(source_hashes(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:])))
    except FileNotFoundError as error:
        sys.exit(str(error))
