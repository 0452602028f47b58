#!/usr/bin/env bash
# JAX's float32 dice: no normal beyond 5.42, a truncated normal at its end, a Poisson too wide.
#
# People expect: right numbers, or an error.
# Seen: normal() cannot draw |z| > 5.42; truncated_normal(5.5, 6) returns 6 throughout or worse;
# poisson(1e8) has a standard deviation 1.2 times that of the law.
#
# Installs jax==0.10.2 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet jax==0.10.2
fi

"$PYTHON" -W ignore - <<'PYTHON'
import jax
import jax.numpy as jnp
import numpy as np

print("jax", jax.__version__)
key = jax.random.key(0)
last = np.nextafter(np.float32(-1), np.float32(0))  # the most extreme uniform number behind it
reach = float(-np.sqrt(2) * jax.scipy.special.erfinv(last))
print(f"largest |z| that normal() can draw in float32: {reach:.3f}")
assert 5.3 < reach < 5.5
beyond = np.asarray(jax.random.truncated_normal(key, 5.5, 6.0, (1000,)))
print("different values of truncated_normal(5.5, 6.0):", np.unique(beyond))
assert len(np.unique(beyond)) == 1
events = np.asarray(jax.random.poisson(key, 1e8, (100_000,)), dtype=float)
ratio = (events - 1e8).std() / 1e4
print(f"sd of poisson(1e8): {ratio:.2f} times the law's")
assert ratio > 1.1
PYTHON
