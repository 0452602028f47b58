"""The explorables: each one a question, answered with sliders.

variance_collapse   a Gaussian learns from its own samples: what becomes of its variance?
"""

from collapse_lib.gallery.variance_collapse import variance_collapse

__all__ = ["variance_collapse"]
