"""CONTRIBUTING.md keeps its word: what it says to write works, and what it names is there."""

import re
import sys
from pathlib import Path
from types import ModuleType

from collapse_lib import learners

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TO_WRITE = ("halfway.py", "your_name", "NN_its", "NAME_questions", "notebooks/fr", "locales/fr")


def test_the_learner_and_its_test_work(monkeypatch):
    learner, test = re.findall(r"^```python\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    written = ModuleType("collapse_lib.learners.halfway")
    monkeypatch.setitem(sys.modules, written.__name__, written)
    exec(compile(learner, "halfway.py", "exec"), vars(written))
    monkeypatch.setattr(learners, "Halfway", written.Halfway, raising=False)
    names = {}
    exec(compile(test, "test_halfway.py", "exec"), names)
    (check,) = (names[name] for name in names if name.startswith("test_"))
    check()


def test_what_it_names_is_there():
    named = re.findall(r"[\w./-]+/[\w./-]*\w|[\w-]+\.(?:md|py|txt|sh)\b", GUIDE)
    there = {name for name in named if not any(part in name for part in TO_WRITE)}
    there = {name for name in there if not name.startswith(("/", ".venv")) and "semver" not in name}
    absent = [
        name for name in there if not list(ROOT.glob(f"**/{name}" if "/" not in name else name))
    ]
    assert len(there) > 15 and absent == []
