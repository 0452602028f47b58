"""What learners bring: a file of theirs, something pasted, or a value of Python's.

`columns` reads tables and numbers as people write them; `given` finds out what was brought.
"""

from collapse_lib.data.columns import (
    located,
    number,
    pasted_labels,
    read_column,
    read_labels,
    shortened,
)
from collapse_lib.data.given import Brought, brought, is_written, numbers

__all__ = [
    "Brought",
    "brought",
    "is_written",
    "located",
    "number",
    "numbers",
    "pasted_labels",
    "read_column",
    "read_labels",
    "shortened",
]
