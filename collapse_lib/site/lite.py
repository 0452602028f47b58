"""The notebooks in the reader's own browser: JupyterLite, with Python from Pyodide.

JupyterLite is built in an environment of its own, made for the purpose: its extension would
trouble a JupyterLab beside it, and each release fits one line of Pyodide only.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import requires, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from collapse_lib.site.page import Site

FOLDER = "lite"
SETTINGS = "jupyter-lite.json"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
WIDGETS = ("jupyterlab_widgets", "anywidget")  # whose front ends JupyterLite takes over
MANUAL = "pydoc_data"  # the text that the lessons read; a package of its own in Pyodide
FROM_PYODIDE = {"ipython", "numpy", "packaging", "scipy", "scikit-learn", "traitlets"}


@dataclass(frozen=True)
class Release:
    """A JupyterLite and the Pyodide that it fits.

    Parameters
    ----------
    pyodide : str
        How the versions of Pyodide begin.
    core, kernel : str
        Versions of jupyterlite-core and jupyterlite-pyodide-kernel.
    """

    pyodide: str
    core: str
    kernel: str

    def requirements(self) -> list[str]:
        """Return what pip must install to build with it."""
        own = [f"jupyterlite-core=={self.core}", f"jupyterlite-pyodide-kernel=={self.kernel}"]
        return [*own, "jupyter_server", *(f"{name}=={version(name)}" for name in WIDGETS)]


RELEASES = (Release("314.", "0.8.6", "0.8.6"), Release("0.27.", "0.6.4", "0.6.1"))


def build(site: Site, notebooks: Sequence[Path], pyodide: Path | None = None) -> None:
    """Build JupyterLite with notebooks that find the library.

    Parameters
    ----------
    site : Site
        Where it goes, in a folder of its own.
    notebooks : sequence of Path
        What is to be run there.
    pyodide : Path, optional
        A Pyodide distribution to serve from the site: a ``.tar.bz2`` with one folder
        ``pyodide/``, as its releases have. Without it, readers fetch Pyodide from its CDN.

    Raises
    ------
    ValueError
        If the distribution is none, or one that no known JupyterLite fits; or if the folder holds
        something else than an earlier JupyterLite.
    subprocess.CalledProcessError
        If pip or JupyterLite fail; they say why.
    """
    target = site.folder / FOLDER
    if target.exists() and any(target.iterdir()) and not (target / SETTINGS).is_file():
        raise ValueError(
            f"folder must not hold {str(target)!r}, which is no JupyterLite of an earlier build: "
            "move it away, or choose another folder"
        )
    release = RELEASES[0] if pyodide is None else fitting(pyodide)
    with TemporaryDirectory() as temporary:
        home = Path(temporary)
        tools = _environment(home / "tools", release)
        wheels = _wheels(home / "wheels", site.root)
        contents = home / "contents"
        contents.mkdir()
        for path in notebooks:
            (contents / path.name).write_text(json.dumps(prepared(path), indent=1), "utf-8")
        configuration = {"jupyter-lite-schema-version": 0, "jupyter-config-data": settings()}
        (home / SETTINGS).write_text(json.dumps(configuration), "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        options = ["--contents", "contents", "--output-dir", str(target.resolve())]
        options += ["--no-sourcemaps", "--no-unused-shared-packages"]
        options += [word for wheel in wheels for word in ("--piplite-wheels", str(wheel))]
        if pyodide is not None:
            options += ["--pyodide", str(pyodide.resolve())]
        _run([tools, "-m", "jupyterlite_core.app", "build", *options], cwd=home)


def fitting(pyodide: Path) -> Release:
    """Return the JupyterLite that fits a distribution of Pyodide."""
    try:
        with tarfile.open(pyodide) as archive:
            for member in archive:
                tarfile.data_filter(member, str(pyodide.parent))  # refuses what leads outside
                if not member.name.startswith("pyodide/") and member.name != "pyodide":
                    raise ValueError(f"{member.name!r} lies outside the folder pyodide/")
            lock = archive.extractfile("pyodide/pyodide-lock.json")
            about: Any = json.load(lock) if lock else None
            found = str(about["info"]["version"])
    except (LookupError, OSError, TypeError, tarfile.TarError, ValueError) as error:
        raise ValueError(
            "pyodide must be an archive of one folder pyodide/ with pyodide-lock.json inside, "
            f"not {str(pyodide)!r}: {error}"
        ) from error
    for release in RELEASES:
        if found.startswith(release.pyodide):
            return release
    known = " or ".join(f"{release.pyodide}x" for release in RELEASES)
    raise ValueError(
        f"pyodide must be version {known}, for which JupyterLite is known, not {found}"
    )


def prepared(path: Path) -> dict[str, Any]:
    """Return a notebook that first of all fetches the library from the site."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    names = ["collapse_lib", MANUAL]
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    if "sklearn" in code or "images" in code:  # whose handwriting scikit-learn carries
        names.append("scikit-learn")
    install = nbformat.v4.new_code_cell(f"%pip install -q {' '.join(names)}")
    install.metadata["jupyter"] = {"source_hidden": True}
    notebook.cells.insert(0, install)
    return dict(notebook)


def settings() -> Mapping[str, Any]:
    """Return what JupyterLite is told: all packages are on the site, or are Pyodide's own."""
    return {
        "appName": "collapse_lib",
        "litePluginSettings": {KERNEL: {"disablePyPIFallback": True}},
    }


def needed(names: Iterable[str] = ("collapse_lib",)) -> list[str]:
    """Return the packages, beside Pyodide's own, that the library needs, and they in turn."""
    from packaging.requirements import Requirement

    found: list[str] = []
    todo = list(names)
    while todo:
        for line in requires(todo.pop()) or ():
            one = Requirement(line)
            name = one.name.lower()
            here = one.marker is None or one.marker.evaluate({"extra": "", "sys_platform": "wasm"})
            if here and name not in FROM_PYODIDE and name not in found:
                found.append(name)
                todo.append(name)
    return sorted(found)


def _environment(folder: Path, release: Release) -> str:
    """Make an environment that can build, and return its Python."""
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    python = str(folder / scripts / "python")
    pip = [sys.executable, "-m", "pip", "--python", python]
    _run([*pip, "install", "--quiet", *release.requirements()])
    return python


def _wheels(folder: Path, root: Path) -> list[Path]:
    """Gather the library, and what it needs and is not Pyodide's own, as wheels."""
    pip = [sys.executable, "-m", "pip"]
    into = ["--quiet", "--no-deps", f"--{{}}={folder}"]
    _run([*pip, "wheel", *(word.format("wheel-dir") for word in into), str(root)])
    pinned = [f"{name}=={version(name)}" for name in needed()]
    pure = ["--only-binary=:all:", "--platform=any"]
    _run([*pip, "download", *(word.format("dest") for word in into), *pure, *pinned])
    manual(folder)
    return sorted(folder.glob("*.whl"))


def manual(folder: Path) -> Path:
    """Write the text of this Python's manual as a wheel, for a Pyodide that comes without it.

    Parameters
    ----------
    folder : Path
        Where the wheel goes.

    Returns
    -------
    Path
        The wheel. Where Pyodide has its own, that one is taken: its manual is its Python's.
    """
    name = f"{MANUAL}-{platform.python_version()}"
    about = f"{name}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {MANUAL}\nVersion: {platform.python_version()}\n"
    kind = "Wheel-Version: 1.0\nGenerator: collapse_lib\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    texts = {f"{about}/METADATA": metadata, f"{about}/WHEEL": kind}
    spec = find_spec(MANUAL)
    for home in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(home).glob("*.py")):
            texts[f"{MANUAL}/{path.name}"] = path.read_text(encoding="utf-8")
    record = "".join(f"{inside},,\n" for inside in (*texts, f"{about}/RECORD"))
    wheel = folder / f"{name}-py3-none-any.whl"
    with ZipFile(wheel, "w", ZIP_DEFLATED) as archive:
        for inside, text in {**texts, f"{about}/RECORD": record}.items():
            archive.writestr(inside, text)
    return wheel


def _run(command: Sequence[str], cwd: Path | None = None) -> None:
    """Run a command in silence; if it fails, show what it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8")
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
    done.check_returncode()
