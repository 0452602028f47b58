#!/usr/bin/env bash
# NLTK's smoothed language models never say a follower that they have not seen.
#
# People expect: Laplace, Lidstone and Kneser-Ney give unseen followers a probability, so generate() says them.
# Seen: score() gives one 1/8, and in 2,000 draws it is said 0 times: generate() chooses among the
# followers that were counted.
#
# Installs nltk==3.10.4 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet nltk==3.10.4
fi

"$PYTHON" -W ignore - <<'PYTHON'
import nltk
from nltk.lm import KneserNeyInterpolated, Laplace, Lidstone

print("nltk", nltk.__version__)
pairs = [("x", "a"), ("x", "b"), ("y", "c")]
counted = [[pair, *((word,) for word in pair)] for pair in pairs]
for model in (Laplace(2), Lidstone(0.5, 2), KneserNeyInterpolated(2)):
    model.fit(counted, ["x", "y", "a", "b", "c"])
    said = [model.generate(1, ["x"], random_seed=seed) for seed in range(2000)]
    expected = 2000 * model.score("c", ["x"])
    print(f"{type(model).__name__}: c after x expected {expected:.0f} times, said {said.count('c')}")
    assert expected > 50 and said.count("c") == 0
PYTHON
