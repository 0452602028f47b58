"""What real generators, samplers and synthesizers do when they feed on themselves, measured.

``python examples/tools_record.py`` makes an environment for each list of pinned packages below,
runs its rows there, and writes `tools_record.json` beside this file, with versions, seeds and
dates. It downloads some gigabytes; ``--in NAME=PYTHON`` takes an environment that is there, and
names without one can be left out by ``--only NAME``. A row whose tool cannot be had keeps what
was measured before, or stays away: nothing in the record was ever written by hand.

A row is a function that returns numbers; it needs nothing but numpy and the tool it names.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

RECORD = Path(__file__).with_name("tools_record.json")
SEED = 15

ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "main": (
        "numpy==2.4.6",
        "scipy==1.17.1",
        "scikit-learn==1.9.1",
        "imbalanced-learn==0.14.2",
        "pandas==3.1.1",
        "polars",
        "jax==0.10.2",
        "torch==2.13.0",
        "pomegranate==1.1.2",
        "transformers==5.24.0",
        "nltk==3.10.4",
        "markovify==0.9.4",
    ),
    "pandas2": ("pandas==2.3.3",),
    "sdv": ("sdv==2.0.0", "copulas==0.14.1", "scikit-learn"),
}

Figures = dict[str, float]
ROWS: dict[str, tuple[str, str, str, Callable[[], Figures]]] = {}


def row(
    package: str, guess: str, environment: str = "main"
) -> Callable[[Callable[[], Figures]], Callable[[], Figures]]:
    """Enter a function as a row: what it runs, what a good guess says, and where it runs."""

    def enter(function: Callable[[], Figures]) -> Callable[[], Figures]:
        ROWS[function.__name__] = package, guess, environment, function
        return function

    return enter


def chain(
    fit: Callable[[Any], Any],
    sample: Callable[[Any, int, np.random.Generator], Any],
    n: int,
    generations: int,
    replicates: int = 1,
    scale: float = 1.0,
) -> Any:
    """Return variances (ddof = 0) of a tool's data, shape ``(generations + 1, replicates)``."""
    found = np.empty((generations + 1, replicates))
    for lineage in range(replicates):
        rng = np.random.default_rng([SEED, lineage])
        x = scale * rng.standard_normal(n)
        found[0, lineage] = x.var()
        for t in range(1, generations + 1):
            x = np.asarray(sample(fit(x), n, rng), dtype=float)
            found[t, lineage] = x.var()
    return found


# --- which denominator -----------------------------------------------------------------------

HALVING = {"n": 50, "generations": 40, "replicates": 40}


def halving(sd: Callable[[Any], float]) -> Figures:
    """Return the half-life of a normal chain fitted by `sd`, and the ddof that `sd` divides by."""
    kept = chain(
        lambda x: (x.mean(), float(sd(x))), lambda m, n, rng: rng.normal(m[0], m[1], n), **HALVING
    )
    slope = np.log(kept[-1] / kept[0]).mean() / HALVING["generations"]
    return {
        "ddof": round(2 - 0.5 / float(sd(np.array([0.0, 1.0]))) ** 2, 3),
        "half-life": np.log(2) / -slope,
        "half-life divided by n": np.log(2) / -slope / HALVING["n"],
    }


@row("numpy", "half of the tools would say 0.69 n")
def numpy_std() -> Figures:
    return halving(np.std)


@row("scipy", "as numpy")
def scipy_norm_fit() -> Figures:
    from scipy import stats

    return halving(lambda x: stats.norm.fit(x)[1])


@row("jax", "as numpy")
def jax_std() -> Figures:
    import jax.numpy as jnp

    return halving(lambda x: float(jnp.std(jnp.asarray(x))))


@row("python", "as numpy")
def statistics_normal_dist() -> Figures:
    from statistics import NormalDist

    return halving(lambda x: NormalDist.from_samples(x.tolist()).stdev)


@row("pandas", "as numpy")
def pandas_std() -> Figures:
    import pandas as pd

    return halving(lambda x: pd.Series(x).std())


@row("torch", "as numpy")
def torch_std() -> Figures:
    import torch

    return halving(lambda x: float(torch.std(torch.as_tensor(x))))


@row("polars", "as numpy")
def polars_std() -> Figures:
    import polars as pl

    return halving(lambda x: pl.Series(x).std())


def aggregated() -> Figures:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = pd.Series([0.0, 1.0]).agg(np.var)
    return {"ddof": round(2 - 0.5 / float(value), 3)}


@row("pandas", "np.var is np.var")
def pandas_agg_np_var() -> Figures:
    return aggregated()


@row("pandas", "np.var is np.var", "pandas2")
def pandas_2_agg_np_var() -> Figures:
    return aggregated()


# --- estimators ------------------------------------------------------------------------------


@row("scipy", "grows a little")
def scipy_gaussian_kde() -> Figures:
    from scipy import stats

    kept = chain(stats.gaussian_kde, lambda m, n, rng: m.resample(n, seed=rng)[0], 100, 60, 20)
    return {"variance, generation 1": np.median(kept[1]), "generation 60": np.median(kept[60])}


@row("scikit-learn", "dies")
def sklearn_gaussian_mixture() -> Figures:
    from sklearn.mixture import GaussianMixture

    def sample(model: Any, n: int, rng: np.random.Generator) -> Any:
        model.random_state = int(rng.integers(2**31))
        return model.sample(n)[0][:, 0]

    n = 5
    kept = chain(lambda x: GaussianMixture(1).fit(x[:, None]), sample, n, 600, 2)
    rest = kept[150:]
    return {"mean variance at rest, in 1e-6 n": rest.mean() / (n * 1e-6), "least": rest.min()}


@row("scikit-learn", "scaled to the data")
def sklearn_kernel_density_silverman() -> Figures:
    from sklearn.neighbors import KernelDensity

    found = {}
    for scale in (0.01, 1.0, 100.0):
        kept = chain(
            lambda x: KernelDensity(bandwidth="silverman").fit(x[:, None]),
            lambda m, n, rng: m.sample(n, random_state=int(rng.integers(2**31)))[:, 0],
            100,
            5,
            20,
            scale,
        )
        found[f"variance kept of sd {scale:g}"] = np.median(kept[5] / kept[0])
    return found


@row("imbalanced-learn", "costs 1/n a generation")
def smote() -> Figures:
    from imblearn.over_sampling import SMOTE

    found = {}
    for n in (100, 1000):
        rng = np.random.default_rng(SEED)
        few, many = rng.standard_normal((n, 100)), rng.standard_normal((2 * n, 100))
        x, y = np.concatenate([few, many]), np.repeat([1, 0], [n, 2 * n])
        made = SMOTE(random_state=SEED).fit_resample(x, y)[0][3 * n :]
        found[f"variance kept, n = {n}"] = made.var(axis=0).mean() / few.var(axis=0).mean()
    return found


@row("pomegranate", "a slow walk")
def pomegranate_normal() -> Figures:
    import torch
    from pomegranate.distributions import Normal

    torch.manual_seed(SEED)
    x = 1.5**0.5 * torch.randn(1000, 1)
    found = {"variance, generation 0": float(x.var())}
    for t in range(1, 5):
        x = Normal(covariance_type="diag").fit(x).sample(1000)
        found[f"generation {t}"] = float(x.var())
    return found


@row("scipy", "the same, or worse, for a finite set has no tail")
def scipy_sobol() -> Figures:
    from scipy import special, stats

    def kept(draws: Callable[[np.random.Generator], Any]) -> float:
        ends = []
        for lineage in range(5):
            rng = np.random.default_rng([SEED, lineage])
            mean, sd = 0.0, 1.0
            for _ in range(200):
                x = mean + sd * draws(rng)
                mean, sd = x.mean(), x.std()
            ends.append(sd**2)
        return float(np.median(ends))

    def scrambled(rng: np.random.Generator) -> Any:
        return special.ndtri(stats.qmc.Sobol(1, scramble=True, rng=rng).random(128)[:, 0])

    return {
        "variance kept, scrambled": kept(scrambled),
        "pseudo-random": kept(lambda rng: rng.standard_normal(128)),
    }


# --- tables ----------------------------------------------------------------------------------


def wine() -> Any:
    """Return the wines of scikit-learn, with a label of cultivar and alcohol."""
    from sklearn.datasets import load_wine

    data = load_wine(as_frame=True)
    frame = data.data.copy()
    half = (2 * frame["alcohol"]).round() / 2
    frame["label"] = [
        f"{kind} {per_cent:g}" for kind, per_cent in zip(data.target, half, strict=True)
    ]
    return frame


def synthesizer(frame: Any) -> Any:
    from sdv.metadata import Metadata
    from sdv.single_table import GaussianCopulaSynthesizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = GaussianCopulaSynthesizer(Metadata.detect_from_dataframes({"table": frame}))
        made.fit({"table": frame})
    return made


@row("sdv", "variance falls", "sdv")
def sdv_gaussian_copula() -> Figures:
    truth = wine()
    numbers = [name for name in truth if name != "label"]

    def association(frame: Any) -> float:
        square = frame[numbers].corr(method="spearman").abs().to_numpy()
        return float(square[np.triu_indices(len(numbers), 1)].mean())

    frame, correlations, kinds = truth, [association(truth)], [truth["label"].nunique()]
    scores, off = [], []
    for _ in range(15):
        frame = synthesizer(frame).sample(len(truth))["table"]
        correlations.append(association(frame))
        kinds.append(frame["label"].nunique())
        gaps = [gap(truth[name], frame[name]) for name in numbers]
        scores.append(1 - float(np.mean(gaps)))
        error = truth[numbers].std() / len(truth) ** 0.5
        off.append(float(((frame[numbers].mean() - truth[numbers].mean()).abs() / error).median()))
    ratio = frame[numbers].var() / truth[numbers].var()
    spans = [float(np.ptp(frame[name]) / np.ptp(truth[name])) for name in numbers]
    return {
        "rows": len(truth),
        "largest variance, times the truth's": float(ratio.max()),
        "least variance, times the truth's": float(ratio.min()),
        "mean absolute rank correlation, generation 0": correlations[0],
        "mean absolute rank correlation, generation 15": correlations[-1],
        "mean range, times the truth's": float(np.mean(spans)),
        "kinds, generation 0": kinds[0],
        "kinds, generation 15": kinds[-1],
        "mean marginal score (KS), generation 1": scores[0],
        "mean marginal score (KS), generation 15": scores[-1],
        "median column mean off, in standard errors": off[-1],
    }


def gap(truth: Any, made: Any) -> float:
    places = np.union1d(truth, made)
    below = [np.searchsorted(np.sort(x), places, side="right") / len(x) for x in (truth, made)]
    return float(np.abs(below[0] - below[1]).max())


@row("sdv", "each fit throws dice of its own", "sdv")
def sdv_dice() -> Figures:
    truth = wine()
    first = synthesizer(truth).sample(100)["table"]
    again = synthesizer(truth).sample(100)["table"]
    child = synthesizer(first).sample(100)["table"]
    rank = [first[name].corr(child[name], method="spearman") for name in truth if name != "label"]
    return {
        "two fits to the same data draw the same rows": float(first.equals(again)),
        "median rank correlation of parent and child, row by row": float(np.median(rank)),
    }


@row("copulas", "fits a bell as well as the normal", "sdv")
def copulas_beta() -> Figures:
    import copulas.univariate

    few = refused = 0
    for column in range(120):
        x = np.random.default_rng([SEED, column]).standard_normal(100)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                beta = copulas.univariate.BetaUnivariate()
                beta.fit(x)
                made = np.asarray(beta.sample(2000))
            except Exception:
                refused += 1
                continue
        few += not made.var() > 0.3 * x.var()
    return {"columns": 120, "with less than .3 of their variance": few, "refused": refused}


# --- text ------------------------------------------------------------------------------------


@row("transformers", "draws from the model")
def transformers_do_sample() -> Figures:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(SEED)
    config = GPT2Config(vocab_size=300, n_embd=16, n_layer=1, n_head=2, n_positions=8)
    model = GPT2LMHeadModel(config).eval()
    prompt = torch.zeros((4000, 1), dtype=torch.long)
    options = {"max_new_tokens": 1, "pad_token_id": 0, "eos_token_id": None}
    met = {}
    for name, more in (("do_sample", {}), ("do_sample, top_k = 0", {"top_k": 0})):
        made = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), do_sample=True, **options, **more
        )
        met[f"tokens met of 300 in 4,000 draws, {name}"] = len(made[:, -1].unique())
    configured = model.generation_config.top_k
    return met | {"top_k in the configuration (0: None)": configured or 0}


@row("nltk", "smoothing keeps rare followers alive")
def nltk_smoothing() -> Figures:
    from nltk.lm import KneserNeyInterpolated, Laplace, Lidstone

    text = [("x", "a"), ("x", "b"), ("y", "c")]
    counted = [[pair, *((word,) for word in pair)] for pair in text]
    found: Figures = {}
    for name, model in (
        ("Laplace", Laplace(2)),
        ("Lidstone", Lidstone(0.5, 2)),
        ("Kneser-Ney", KneserNeyInterpolated(2)),
    ):
        model.fit(counted, ["x", "y", "a", "b", "c"])
        said = [model.generate(1, ["x"], random_seed=seed) for seed in range(2000)]
        found[f"{name}: c after x expected in 2,000"] = 2000 * model.score("c", ["x"])
        found[f"{name}: said"] = said.count("c")
    return found


@row("markovify", "its novelty check complains more as text collapses")
def markovify_refusals() -> Figures:
    import random
    import re
    from pydoc_data.topics import topics

    import markovify

    words = " ".join(" ".join(topics[name].split()) for name in sorted(topics)[:40])
    sentences = re.split(r"(?<=[.])\s+(?=[A-Z])", words)
    plain = [x for x in sentences if re.fullmatch(r"[A-Za-z ,.'-]+", x)]
    text = [x for x in plain if 6 <= len(x.split()) <= 25][:81]
    random.seed(SEED)
    refused, kinds = [], [len(set(text))]
    for _ in range(25):
        model = markovify.NewlineText("\n".join(text))
        made: list[str] = []
        tries = 0
        while len(made) < 81 and tries < 4000:
            tries += 1
            sentence = model.make_sentence(tries=1)
            made += [] if sentence is None else [sentence]
        refused.append(1 - len(made) / tries)
        kinds.append(len(set(made)))
        text = made or text
    return {
        "refused, generations 1 to 5": float(np.mean(refused[:5])),
        "refused, generations 21 to 25": float(np.mean(refused[-5:])),
        "different sentences of 81, generation 0": kinds[0],
        "different sentences of 81, generation 25": kinds[-1],
    }


# --- dice and digits -------------------------------------------------------------------------


@row("numpy", "no drift")
def bfloat16_from_a_power_of_two() -> Figures:
    n, generations, lineages = 131_072, 1500, 400
    found = {}
    for start in (1.0, 1.25):
        rng = np.random.default_rng(SEED)
        sd = np.full(lineages, start)
        for _ in range(generations):
            mantissa, exponent = np.frexp(sd * np.sqrt(rng.chisquare(n - 1, lineages) / (n - 1)))
            sd = np.ldexp(np.rint(np.ldexp(mantissa, 8)), exponent - 8)
        found[f"mean of ln(s / start) from {start:g}"] = np.log(sd / start).mean()
    return found | {"float64": -generations / (2 * n)}


@row("numpy", "right, or an error")
def numpy_large_counts() -> Figures:
    rng = np.random.default_rng(SEED)
    coins = rng.binomial(2**62, 0.5, 100_000) - 2.0**61
    events = rng.poisson(1e16, 100_000) - 1e16
    return {
        "sd of binomial(2^62, 1/2), times the law's": coins.std() / 2.0**30,
        "of poisson(1e16)": events.std() / 1e8,
    }


@row("jax", "right, or an error")
def jax_float32() -> Figures:
    import jax
    import jax.numpy as jnp

    key = jax.random.key(SEED)
    last = np.nextafter(np.float32(-1), np.float32(0))
    beyond = jax.random.truncated_normal(key, 5.5, 6.0, (1000,), dtype=jnp.float32)
    events = np.asarray(jax.random.poisson(key, 1e8, (100_000,)), dtype=float)
    return {
        "largest |z| that can be drawn": float(np.sqrt(2) * -jax.scipy.special.erfinv(last)),
        "log10 of truncated_normal(5.5, 6)": float(np.log10(np.asarray(beyond, float).max())),
        "sd of poisson(1e8)": (events - 1e8).std() / 1e4,
    }


@row("numpy", "as far out as double allows")
def numpy_normal_tail() -> Figures:
    rng = np.random.default_rng(SEED)
    found = {}
    for kind in (np.float64, np.float32):
        draws = rng.standard_normal(5_000_000, dtype=kind)
        found[f"largest |z| of 5 million, {np.dtype(kind).name}"] = float(np.abs(draws).max())
    return found


@row("torch", "as far out as double allows")
def torch_randn_tail() -> Figures:
    import torch

    torch.manual_seed(SEED)
    found = {}
    for kind in (torch.float32, torch.float64):
        most = max(float(torch.randn(1 << 24, dtype=kind).abs().max()) for _ in range(16))
        found[f"largest |z| of 2^28, {str(kind).removeprefix('torch.')}"] = most
    return found


# --- running ---------------------------------------------------------------------------------


def measured(name: str) -> dict[str, Any]:
    """Run one row in this interpreter."""
    package, guess, environment, function = ROWS[name]
    figures = {key: float(f"{float(value):.6g}") for key, value in function().items()}
    return {
        "package": package,
        "version": sys.version.split()[0] if package == "python" else version(package),
        "environment": environment,
        "guess": guess,
        "seed": SEED,
        "date": date.today().isoformat(),
        "figures": figures,
    }


def here(names: list[str]) -> None:
    """Run rows in this interpreter, and print them as JSON, one on a line."""
    for name in names:
        try:
            print(json.dumps({name: measured(name)}), flush=True)
        except Exception as error:  # a tool that is not there takes no other row with it
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


def main() -> None:
    """Make the environments, run the rows and write the record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=[*ENVIRONMENTS], help="environments")
    parser.add_argument("--rows", nargs="+", choices=[*ROWS], default=[*ROWS], help="these only")
    parser.add_argument("--in", dest="there", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--here", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here is not None:
        here(options.here)
        return
    there = dict(entry.split("=", 1) for entry in options.there)
    rows = json.loads(RECORD.read_text(encoding="utf-8"))["rows"] if RECORD.exists() else {}
    for environment in options.only or ENVIRONMENTS:
        names = [name for name in options.rows if ROWS[name][2] == environment]
        if not names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            python = there.get(environment)
            if python is None:
                venv.create(folder, with_pip=True)
                python = str(
                    Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
                )
                wanted = ENVIRONMENTS[environment]
                subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
            done = subprocess.run(
                [python, __file__, "--here", *names], stdout=subprocess.PIPE, text=True, check=True
            )
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                rows |= json.loads(line)
    record = {"written": datetime.now(UTC).date().isoformat(), "rows": dict(sorted(rows.items()))}
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
