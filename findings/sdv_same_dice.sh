#!/usr/bin/env bash
# Every newly fitted SDV synthesizer throws the same dice.
#
# People expect: two fits are two random samples; replicates show how much is luck.
# Seen: two fits to the same data draw identical tables, and a synthesizer fitted to a synthetic
# table draws rows that are ranked like its parent's, row by row.
#
# Installs sdv==2.0.0 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet sdv==2.0.0
fi

"$PYTHON" -W ignore - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import pandas as pd
from sdv.metadata import Metadata
from sdv.single_table import GaussianCopulaSynthesizer

print("sdv", version("sdv"))
rng = np.random.default_rng(0)
x = rng.normal(size=200)
table = pd.DataFrame({"a": x, "b": x + rng.normal(size=200)})


def fitted(frame):
    synthesizer = GaussianCopulaSynthesizer(Metadata.detect_from_dataframes({"table": frame}))
    synthesizer.fit({"table": frame})
    return synthesizer


first, again = (fitted(table).sample(200)["table"] for _ in range(2))
child = fitted(first).sample(200)["table"]
rank = first["a"].corr(child["a"], method="spearman")
print("two fits draw the same rows:", first.equals(again))
print(f"rank correlation of parent and child, row by row: {rank:.3f}")
assert first.equals(again) and rank > 0.95
PYTHON
