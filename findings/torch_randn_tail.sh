#!/usr/bin/env bash
# torch.randn on the CPU has no tail beyond 5.77 once 16 numbers are drawn at a time.
#
# People expect: normal numbers as far out as the precision reaches, the more so in float64.
# Seen: |z| never exceeds sqrt(2 · 24 ln 2) = 5.768: the uniform numbers behind it have 24 bits.
#
# Installs torch==2.13.0 numpy in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet torch==2.13.0 numpy
fi

"$PYTHON" -W ignore - <<'PYTHON'
import torch

print("torch", torch.__version__)
DRAWN = 24 << 25
torch.manual_seed(0)
limit = (2 * 24 * 0.6931471805599453) ** 0.5
most = max(float(torch.randn(1 << 25).abs().max()) for _ in range(DRAWN >> 25))
print(f"largest |z| of {DRAWN:,} float32 numbers: {most:.4f}; the limit is {limit:.4f}")
print("a normal law has", round(DRAWN * 8.0e-9), "of so many beyond that limit")
assert 5.5 < most <= limit + 1e-3
PYTHON
