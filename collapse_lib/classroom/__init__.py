"""What a lesson does with its reader: ask first, then show."""

from collapse_lib.classroom.guess import Guess

__all__ = ["Guess"]
