"""The front end's own scripts, run without a browser."""

import json
import os
import subprocess
from pathlib import Path

import playwright

from collapse_lib.surfaces import asset

# the JavaScript engine that comes with Playwright: a test requirement, so it is always there
NODE = Path(playwright.__file__).parent / "driver" / ("node.exe" if os.name == "nt" else "node")


def node(script, data, scripts=("figure.js",)):
    """Run `script` with our own scripts and `data` at hand, and return what it logs as JSON."""
    ours = "\n".join(asset(name) for name in scripts)
    program = f"{ours}\nconst data = {json.dumps(data)};\n{script}"
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
