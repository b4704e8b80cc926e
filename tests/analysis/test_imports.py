"""What is loaded without need: checked in a fresh interpreter."""

import subprocess
import sys

HEAVY = (
    "numpy", "onnxruntime", "scipy", "sklearn", "torch", "transformers", "flask", "sqlalchemy", "pymorphy3",
    "simplemma",
)  # fmt: skip


def loaded_after(code: str) -> set[str]:
    report = f"{code}\nimport sys; print(*[name for name in {HEAVY} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


def test_importing_loads_nothing_heavy() -> None:
    modules = ("sentiment.loading", "lines", "nps", "themes.finding", "themes.matching")
    code = "import " + ", ".join(f"analysis.{module}" for module in modules)
    assert loaded_after(f"{code}\nanalysis.sentiment.loading.load_analyser()") == set()


def test_analysing_loads_the_runtime_but_neither_torch_nor_the_web() -> None:
    code = (
        "from analysis.sentiment.loading import load_analyser\n"
        "from analysis.sentiment.protocol import TextInput\n"
        "load_analyser().analyse_texts([TextInput('fine')])"
    )
    assert loaded_after(code) == {"numpy", "onnxruntime"}


def test_finding_themes_loads_the_dictionaries_of_its_languages_alone() -> None:
    code = "from analysis.themes.finding import ThemeText, find_themes\nfind_themes([ThemeText('Привезли', 'ru')])"
    assert loaded_after(code) == {"pymorphy3"}
