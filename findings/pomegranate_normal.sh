#!/usr/bin/env bash
# pomegranate's diagonal Normal samples with the variance for a standard deviation.
#
# People expect: what is sampled from a fitted normal has its variance.
# Seen: it has the square of it: a variance of 4 comes back as 16.
#
# Installs pomegranate==1.1.2 torch==2.13.0 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet pomegranate==1.1.2 torch==2.13.0
fi

"$PYTHON" -W ignore - <<'PYTHON'
from importlib.metadata import version

import torch
from pomegranate.distributions import Normal

print("pomegranate", version("pomegranate"), "torch", torch.__version__)
torch.manual_seed(0)
data = 2 * torch.randn(20_000, 1)
model = Normal(covariance_type="diag").fit(data)
made = model.sample(20_000)
print(f"variance of the data {float(data.var()):.2f}, fitted {float(model.covs[0]):.2f}, "
      f"sampled {float(made.var()):.2f}")
assert 3.8 < float(model.covs[0]) < 4.2 and 15 < float(made.var()) < 17
PYTHON
