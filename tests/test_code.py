"""The code holds to what is easily forgotten: declared packages, public names, arrays not compared."""

from __future__ import annotations

import ast
import itertools
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = {file: ast.parse(file.read_text("utf-8")) for file in sorted((ROOT / "large_gui").rglob("*.py"))}
IMPORTED_AS = {"pillow": "PIL", "scikit-learn": "sklearn", "pyside6-essentials": "PySide6"}


def test_every_package_that_is_imported_is_declared() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (about["optional-dependencies"][extra] for extra in ("heic", "fast"))
    listed = [*about["dependencies"], *itertools.chain(*extras)]
    names = [re.split(r"[<>=!\[; ]", requirement)[0].lower() for requirement in listed]
    declared = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}
    used = {name.partition(".")[0] for tree in FILES.values() for name in _imports(tree)}
    assert used - declared - sys.stdlib_module_names - {"large_gui"} == set()


def test_every_package_on_the_disk_is_listed_and_no_other() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    ours = {file.parent for file in FILES if file.name == "__init__.py"}
    assert {file.parent for file in FILES} == ours, "every folder of code is a package"
    data = {file.parent for file in (ROOT / "resources").rglob("*") if file.is_file()}
    packages = [".".join(folder.relative_to(ROOT).parts) for folder in ours]
    packages += [".".join(("large_gui", *folder.relative_to(ROOT).parts)) for folder in data]
    assert sorted(setup["packages"]) == sorted({*packages, "large_gui.resources"})


def test_no_private_name_of_another_package_is_used() -> None:
    private = [
        f"{file.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for file, tree in FILES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and re.match(r"(torch|np|scipy|sklearn)(\.\w+)*\._[a-z]", ast.unparse(node))
    ]
    assert private == []


def test_dataclasses_of_arrays_are_compared_as_one_object_and_not_by_their_numbers() -> None:
    """``==`` of arrays is an array, so a generated ``==`` raises, and a generated hash as well."""
    aliases = {
        target.id
        for tree in FILES.values()
        for node in tree.body
        if isinstance(node, ast.Assign) and "NDArray[" in ast.unparse(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert {"Points", "Pixels", "Codes"} <= aliases
    holds_arrays = re.compile(rf"\b(NDArray|Tensor|{'|'.join(aliases)})\b")
    wrong = []
    for file, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and (how := _dataclass(node)) is not None:
                fields = [ast.unparse(n.annotation) for n in node.body if isinstance(n, ast.AnnAssign)]
                own = any(isinstance(n, ast.FunctionDef) and n.name == "__eq__" for n in node.body)
                if any(map(holds_arrays.search, fields)) and "eq=False" not in how and not own:
                    wrong.append(f"{file.relative_to(ROOT)}: {node.name}")
    assert wrong == []


def _dataclass(node: ast.ClassDef) -> str | None:
    decorators = map(ast.unparse, node.decorator_list)
    return next((text for text in decorators if text.startswith("dataclass")), None)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
