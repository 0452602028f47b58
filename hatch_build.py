"""What is made when the library is built: the catalogues as gettext reads them."""

from pathlib import Path
from runpy import run_path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):
    """Write each ``.mo`` beside its ``.po``, which stays out of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile them before the files of the wheel are gathered."""
        package = Path(self.root) / "collapse_lib"
        compiled = run_path(str(package / "words.py"))["compiled"]
        for written in sorted(package.glob("locales/*/LC_MESSAGES/*.po")):
            with written.open("rb") as file:
                written.with_suffix(".mo").write_bytes(compiled(file))
