"""A bundle for a place without network: wheels of everything, the notebooks, and how to begin."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from collapse_lib.replacing import replacing

ROOT = Path(__file__).parents[1]
SKIPPED = shutil.ignore_patterns(".ipynb_checkpoints", "*.html")
READ_ME = """\
collapse_lib, without a network
===============================

You need Python {version} (other versions need another bundle), on: {systems}. In this folder:

Linux and macOS
    python3 -m venv .venv
    .venv/bin/python -m pip install --no-index --find-links wheels "{wanted}"
    .venv/bin/jupyter lab notebooks/00_start_here.ipynb

Windows
    py -m venv .venv
    .venv\\Scripts\\python -m pip install --no-index --find-links wheels "{wanted}"
    .venv\\Scripts\\jupyter lab notebooks\\00_start_here.ipynb

Nothing is fetched from anywhere. In the notebook choose Run, Run All Cells.
"""


def bundle(
    path: str | Path,
    *,
    root: str | Path = ROOT,
    platforms: Sequence[str] = (),
    dependencies: bool = True,
) -> Path:
    """Write the bundle; this takes some minutes, and a network.

    Parameters
    ----------
    path : str or Path
        The zip file to write.
    root : str or Path
        The repository.
    platforms : sequence of str
        Further systems to take wheels for, by pip's tags, such as "win_amd64"; those for this
        machine are always taken.
    dependencies : bool, default True
        Whether to take the wheels of everything that is needed, or only our own.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If `root` is no checkout of the repository.
    RuntimeError
        If pip cannot get a wheel; the message is pip's.

    Notes
    -----
    Wheels fit one version of Python, the one that runs this. A bundle is not a promise for
    another machine: try it there before the lecture.
    """
    root, path = Path(root), Path(path)
    if not (root / "pyproject.toml").is_file() or not (root / "notebooks").is_dir():
        raise ValueError(f"root must be a checkout of the repository, not {str(root)!r}")
    wanted = "collapse_lib[notebooks]" if dependencies else "collapse_lib"
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / path.stem
        wheels = home / "wheels"
        extra = "[notebooks]" if dependencies else ""
        alone = [] if dependencies else ["--no-deps"]
        _pip("wheel", *alone, "--wheel-dir", wheels, f"{root.resolve()}{extra}")
        for tag in platforms:
            there = ["--only-binary", ":all:", "--platform", tag, "--find-links", wheels]
            _pip("download", *alone, *there, "--dest", wheels, wanted)
        shutil.copytree(root / "notebooks", home / "notebooks", ignore=SKIPPED)
        told = READ_ME.format(
            version=f"{sys.version_info.major}.{sys.version_info.minor}",
            systems=", ".join((sys.platform, *platforms)),
            wanted=wanted,
        )
        (home / "README.txt").write_text(told, encoding="utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for each in sorted(home.rglob("*")):
                if each.is_file():
                    packed.write(each, each.relative_to(home.parent))
    return path


def _pip(*words: object) -> None:
    command = [sys.executable, "-m", "pip", *map(str, words)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"pip stopped with {done.returncode}")
