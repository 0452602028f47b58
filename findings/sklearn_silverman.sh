#!/usr/bin/env bash
# scikit-learn's KernelDensity(bandwidth="silverman") does not look at the spread of the data.
#
# People expect: Silverman's rule scales with the standard deviation, as in scipy and statsmodels.
# Seen: the same bandwidth for data in metres and in kilometres.
#
# Installs scikit-learn==1.9.1 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet scikit-learn==1.9.1
fi

"$PYTHON" -W ignore - <<'PYTHON'
import numpy as np
import sklearn
from sklearn.neighbors import KernelDensity

print("scikit-learn", sklearn.__version__)
x = np.random.default_rng(0).normal(size=(100, 1))
widths = [
    KernelDensity(bandwidth="silverman").fit(scale * x).bandwidth_ for scale in (0.001, 1, 1000)
]
print("bandwidths of data with a standard deviation of 0.001, 1 and 1000:", widths)
assert widths[0] == widths[1] == widths[2]
PYTHON
