#!/usr/bin/env bash
# transformers' generate(do_sample=True) keeps 50 tokens although the configuration says top_k is None.
#
# People expect: sampling draws from the model's distribution unless a cut is asked for.
# Seen: of a vocabulary of 300 nearly equal tokens at most 50 are ever drawn.
#
# Installs transformers==5.24.0 torch==2.13.0 in a temporary folder (or takes PYTHON=… that has it), runs it on ordinary input,
# and fails if what was seen has changed. Not part of the tests.
set -euo pipefail

if [ -z "${PYTHON:-}" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder"
  PYTHON=$folder/bin/python
  "$PYTHON" -m pip install --quiet transformers==5.24.0 torch==2.13.0
fi

"$PYTHON" -W ignore - <<'PYTHON'
from importlib.metadata import version

import torch
from transformers import GPT2Config, GPT2LMHeadModel

print("transformers", version("transformers"))
torch.manual_seed(0)
model = GPT2LMHeadModel(
    GPT2Config(vocab_size=300, n_embd=16, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0)
).eval()
print("top_k in the configuration:", model.generation_config.top_k)
prompt = torch.zeros((4000, 1), dtype=torch.long)
met = {}
for top_k in (None, 0):
    options = {} if top_k is None else {"top_k": top_k}
    made = model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        do_sample=True,
        max_new_tokens=1,
        pad_token_id=0,
        **options,
    )
    met[top_k] = len(made[:, -1].unique())
print("different tokens in 4,000 draws, as shipped:", met[None], " with top_k=0:", met[0])
assert model.generation_config.top_k is None and met[None] <= 50 and met[0] > 250
PYTHON
