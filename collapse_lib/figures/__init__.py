"""Arrays in, a picture out: views as plain plotly dictionaries, shape-stable, no simulation.

A view is a dictionary ``{"data": […], "layout": {…}}`` as plotly knows it, except that a leaf
may depend on the generation looked at, the cursor: `Upto` and `At`. `resolve` turns a view
into what plotly draws at one cursor; figure.js does the same in the browser, so that moving
the cursor costs no simulation and no message.

A view has the same traces, in the same order and of the same types, whatever it shows: a
curve that does not apply is empty, not absent.

========== ==========================================================================
`lines`    curves, crowds and bands over the generations, up to the cursor
`fan`      the same for something that shrinks: median, mean, band, lineages, theory
`profile`  curves over anything else, as they are at the cursor
`bars`     how much of each kind, as it is at the cursor
`density`  one lineage's model over the truth
`prose`    what the generations say, side by side, with words marked; no plot
`wall`     small pictures in columns, as they are at the cursor
`adopted`  a plain plotly figure of your own as a view
`static`   any views as one real plotly figure
`told`     a view in the present language
`columns`  the numbers behind the curves of any views
========== ==========================================================================
"""

from collapse_lib.figures.bars import bars
from collapse_lib.figures.columns import columns
from collapse_lib.figures.density import density, steps
from collapse_lib.figures.fan import fan
from collapse_lib.figures.leaves import At, Leaf, Upto, View, resolve
from collapse_lib.figures.lines import Curve, lines, profile
from collapse_lib.figures.plain import adopted
from collapse_lib.figures.prose import Panes, Span, Text, prose
from collapse_lib.figures.static import HEIGHT, static
from collapse_lib.figures.translation import told
from collapse_lib.figures.wall import wall

__all__ = [
    "HEIGHT",
    "At",
    "Curve",
    "Leaf",
    "Panes",
    "Span",
    "Text",
    "Upto",
    "View",
    "adopted",
    "bars",
    "columns",
    "density",
    "fan",
    "lines",
    "profile",
    "prose",
    "resolve",
    "static",
    "steps",
    "told",
    "wall",
]
