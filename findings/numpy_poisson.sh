#!/usr/bin/env bash
# numpy's Poisson numbers scatter too widely from about 3·10^13 on.
#
# People expect: Generator.poisson(lam) has the variance lam up to its limit, near 9.2·10^18.
# Seen: the standard deviation is 1.2 times too large at 10^16, with a kurtosis far above 3.
#
# Installs numpy==2.4.6 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet numpy==2.4.6
fi

"$PYTHON" -W ignore - <<'PYTHON'
import numpy as np

print("numpy", np.__version__)
rng = np.random.default_rng(0)
for lam in (1e12, 1e16):
    z = (rng.poisson(lam, 500_000) - lam) / np.sqrt(lam)
    print(f"lam = {lam:g}: sd is {z.std():.3f} times the law's, kurtosis {np.mean(z**4):.1f}")
    if lam == 1e12:
        assert abs(z.std() - 1) < 0.005
    else:
        assert z.std() > 1.1
PYTHON
