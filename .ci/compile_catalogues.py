"""Build hook: compiles the catalogues, so that a wheel and an editable install speak three languages."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """Writes a .mo beside every .po."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in Path(self.root, "feedback", "translations").rglob("*.po"):
            with source.open("rb") as po:
                catalogue = read_po(po, locale=source.parents[1].name)
            with source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, catalogue)
