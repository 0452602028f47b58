"""Results with names on their axes."""

import numpy as np
import pytest

from collapse_lib import GaussianMLE, Normal, Refresh, labelled, metrics, simulate, sweep

OPTIONS = {"generations": 3, "replicates": 4, "rng": 0}


def test_a_lineage_becomes_a_dataset_and_a_frame():
    run = simulate(Normal(), GaussianMLE(), n=10, **OPTIONS)
    trace = run.trace(metrics.variance)
    data = run.to_xarray(variance=metrics.variance, mean=metrics.mean)
    assert data["variance"].dims == ("generation", "replicate")
    np.testing.assert_array_equal(data["variance"], trace)
    frame = run.to_pandas(variance=metrics.variance)
    assert frame.index.names == ["generation", "replicate"]
    assert frame.loc[(2, 3), "variance"] == trace[2, 3]
    recorded = simulate(
        Normal(), GaussianMLE(), n=10, record={"v": metrics.variance}, **OPTIONS
    ).to_xarray()
    np.testing.assert_array_equal(recorded["v"], trace)


def test_axes_of_sizes_and_regimes_are_named():
    sizes = simulate(Normal(), GaussianMLE(), n=[10, 20], **OPTIONS).to_xarray(v=metrics.variance)
    assert sizes["v"].dims == ("generation", "n", "replicate")
    assert sizes["n"].to_numpy().tolist() == [10, 20]
    shares = simulate(Normal(), GaussianMLE(), Refresh([0.1, 0.5]), n=10, **OPTIONS)
    assert shares.to_xarray(v=metrics.variance)["v"].dims == ("generation", "axis_0", "replicate")
    assert len(shares.to_pandas(v=metrics.variance)) == 4 * 2 * 4
    with pytest.raises(ValueError, match="measures must name at least one metric"):
        shares.to_xarray()


def cell(n, kind, rng):
    return {"size": n, "pair": [n, len(kind)]}


def test_a_sweep_becomes_a_dataset_and_a_frame():
    result = sweep(cell, {"n": [1, 2], "kind": ["a", "bb"]}, quiet=True)
    data = result.to_xarray()
    assert data["pair"].dims == ("n", "kind", "pair_0")
    assert int(data["pair"].sel(n=2, kind="bb")[1]) == 2
    frame = result.to_pandas()
    assert frame.loc[(2, "a"), "size"] == 2
    assert list(frame.columns) == ["size", "pair_0", "pair_1"]


def test_what_is_not_installed_is_named(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(labelled, "import_module", absent)
    with pytest.raises(ImportError, match=r"xarray must be installed .*collapse_lib\[tables\]"):
        sweep(cell, {"n": [1], "kind": ["a"]}, quiet=True).to_xarray()
