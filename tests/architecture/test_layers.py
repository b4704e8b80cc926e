"""Imports go downward only, files and functions stay small, heavy libraries are loaded late."""

import ast
import gc
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for package in ("feedback", "surveys", "analysis")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)


def test_imports_go_downward_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_no_file_is_larger_than_400_lines() -> None:
    large = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    assert not large


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name} ({node.end_lineno - node.lineno + 1})"
        for path in SOURCES
        for node in _functions(path)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > 50
    ]
    assert not long


def test_imports_inside_functions_say_why() -> None:
    silent = []
    for path in SOURCES:
        lines = path.read_text().splitlines()
        for function in _functions(path):
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Import | ast.ImportFrom)
                    and "#" not in lines[node.lineno - 1] + lines[node.lineno - 2]
                ):
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not silent


@pytest.mark.parametrize("package", ["feedback", "surveys", "analysis"])
def test_every_module_says_what_is_in_it(package: str) -> None:
    bare = [str(p) for p in (ROOT / package).rglob("*.py") if not ast.get_docstring(_parsed(p))]
    assert not bare


def test_the_application_loads_no_model_library() -> None:
    code = (
        "import sys; from feedback.app import create_app; "
        "print([m for m in ('transformers', 'torch', 'onnxruntime', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@cache
def _parsed(path: Path) -> ast.Module:
    gc.disable()  # Python 3.11 breaks off ("recursion depth mismatch") where a finalizer runs amid the building
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()


@cache
def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(_parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
