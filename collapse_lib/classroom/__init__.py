"""What a lesson does with its reader, and a lecturer with a hall: ask first, then show.

guess           a guess is committed, then held to a run, and scored in the run's own spread
forms           how a guess is given: a few answers, a number, a curve drawn by hand
be_the_model    the reader's own fits are the generations
check           questions that answer in four voices, with three hints
answers         what is right, and what each wrong answer means
task            a state to bring about in a live panel, and a question about it
hall            the guesses of a whole hall, before and after talking
reading         numbers and votes as people write them
lectern         presets, pin and compare, one run or all, big type, saving: around one panel
saving          files that carry their state
progress        what is done so far, in one file
logbook         the same, to look at and to carry along
card, parts     a form in a notebook, decided in Python and drawn by card.js
"""

from collapse_lib.classroom.answers import Number, Reasoned, Several, Verdict
from collapse_lib.classroom.be_the_model import BeTheModel
from collapse_lib.classroom.check import Check
from collapse_lib.classroom.forms import Scale, Sketch
from collapse_lib.classroom.guess import Guess
from collapse_lib.classroom.hall import Hall
from collapse_lib.classroom.lectern import Lectern
from collapse_lib.classroom.logbook import Logbook
from collapse_lib.classroom.progress import Progress
from collapse_lib.classroom.reading import Reading, read_guesses, read_number, read_votes
from collapse_lib.classroom.saving import state_in
from collapse_lib.classroom.task import Task

__all__ = [
    "BeTheModel",
    "Check",
    "Guess",
    "Hall",
    "Lectern",
    "Logbook",
    "Number",
    "Progress",
    "Reading",
    "Reasoned",
    "Scale",
    "Several",
    "Sketch",
    "Task",
    "Verdict",
    "read_guesses",
    "read_number",
    "read_votes",
    "state_in",
]
