"""What every curve says of itself, how it broadcasts, and which arguments it refuses."""

import inspect
import re

import numpy as np
import pytest

from collapse_lib import theory

P = [0.5, 0.3, 0.2]
R = [0.0, 0.5, -0.3]
EXAMPLES = {
    "accumulate_bias_mean": (3, 0.1),
    "accumulate_error_ratio": (3,),
    "accumulate_fresh_regression_error_mean": (3, 10, 2, 0.5),
    "accumulate_heterozygosity_mean": (3, 10, 0.6),
    "accumulate_mean_square": (3, 10, 1),
    "accumulate_regression_error_mean": (3, 10, 2, 0.5),
    "accumulate_variance_limit": (10,),
    "accumulate_variance_mean": (3, 10, 1),
    "anchor_variance_limit": (10, 2, 1),
    "anchor_variance_mean": (3, 10, 2, 1),
    "any_tail_probability": (3, 0.1),
    "ball_cube_ratio": (3,),
    "beyond_radius_probability": (3, 2.0),
    "blend_heterozygosity_limit": (10, 0.3, 0.6),
    "blend_heterozygosity_mean": (3, 10, 0.3, 0.6),
    "blend_mean_square": (3, 10, 0.3, 1),
    "blend_variance_limit": (10, 0.3, 1),
    "blend_variance_mean": (3, 10, 0.3, 1),
    "bounding_box_escape_mean": (10, 3),
    "corner_sample_size": (2, 0.1, 0.9),
    "contaminated_error_left": (3, 0.2),
    "contaminated_mean_square": (3, 10, 2),
    "correlated_crossover": (4, 0.3, 2),
    "correlated_error_mean_square": (3, 4, 0.3, 0.5, 2, 0.8),
    "curated_entropy": (3, P, R, 0.1),
    "curated_probabilities": (3, P, R, 0.1),
    "curated_reward_mean": (3, P, R, 0.1),
    "cut_missing_mass_mean": (10, P, 2, 0.1),
    "detector_real_share": (0.3, 0.9, 0.1),
    "early_stopped_coefficient": (3, 0.5, 0.1, 20),
    "effective_models": (4, 0.3, 2),
    "fixation_probability": (0.3,),
    "floor_mean_drift": (3, 0.5),
    "good_turing_mean": (10, P),
    "greedy_cycle_mean": (50,),
    "greedy_steps_mean": (50,),
    "half_life": (10, 1),
    "heavy_tail_cut_mass": (10, 1.5),
    "heavy_tail_missing_mass": (10, 1.5),
    "iterated_learning_half_life": (10, 0.5),
    "iterated_learning_mean": (3, 10, 0.5, 1.0, 2.0),
    "iterated_learning_variance_limit": (10, 0.5, 0.3),
    "kde_rule_variance_mean": (3, 10, 1.06),
    "kde_variance_limit": (10, 0.4),
    "kde_variance_mean": (3, 10, 0.4),
    "mean_half_life": (10,),
    "misfit_variance": ([0.5, 0.5], [-1.0, 1.0], [0.1, 0.2]),
    "missing_mass_mean": (10, P),
    "mixed_regression_error_mean": (20, 3, 2, 1.5, 0.5),
    "one_generation_survivors": (10, P),
    "optimal_real_weight": (10, 20),
    "orthants_sample_size_mean": (3,),
    "radius_mean": (3,),
    "radius_sd": (3,),
    "recovery_probability": (10, 0.1),
    "refresh_bias_limit": (0.3, 0.1),
    "refresh_bias_mean": (3, 0.3, 0.1),
    "refresh_heterozygosity_limit": (10, 2, 0.6),
    "refresh_heterozygosity_mean": (3, 10, 2, 0.6),
    "refresh_mean_square": (3, 10, 2, 1),
    "refresh_mean_square_limit": (10, 2, 1),
    "refresh_tempered_variance_limit": (0.3, 0.9),
    "refresh_tempered_variance_mean": (3, 10, 2, 0.9, 1),
    "refresh_variance_limit": (10, 2, 1, 0.9),
    "refresh_variance_mean": (3, 10, 2, 1),
    "replace_absorption_mean": (10, 0.3),
    "replace_bias_mean": (3, 0.1),
    "replace_forgetting_median": (10,),
    "replace_heterozygosity_mean": (3, 10, 0.6),
    "replace_last_survivor_mean": (10,),
    "replace_last_survivor_sd": (10,),
    "replace_log_diffusion": (10,),
    "replace_log_drift": (10, 1),
    "replace_log_variance_quantile": (0.1, 3, 10, 1),
    "replace_log_volume_drift": (10, 3, 1),
    "replace_lyapunov_spectrum": (10, 3, 1),
    "replace_mean_square": (3, 10, 1),
    "replace_missing_mass_mean": (3, 10, P),
    "replace_passage_mean": (0.5, 10, 1),
    "replace_passage_probability": (3, 0.5, 10, 1),
    "replace_point_variance": (3, 10, 1),
    "replace_poisson_survival": (3, 10, 0.05),
    "replace_regression_error_mean": (3, 10, 2, 0.5),
    "replace_sd_mean": (3, 10, 1),
    "replace_sd_tail_bound": (3, 10, 2.0),
    "replace_survivors_mean": (3, 10, P),
    "replace_type_survival": (3, 10, 2),
    "replace_unabsorbed_lower": (3, 10, 0.3),
    "replace_unabsorbed_upper": (30, 10, 0.3),
    "replace_variance_mean": (3, 10, 0),
    "replace_variance_median": (3, 10, 1),
    "replace_variance_quantile": (0.1, 3, 10, 1),
    "replace_wasserstein2_mean": (3, 10, 0),
    "ridge_coefficient": (3, 0.5, 0.1),
    "rollback_mean_square": (10, 3, 5),
    "rounded_variance_mean": (3, 10, 0.5, 1),
    "rounding_freeze_size": (7, 10),
    "rounding_log_sd_drift": (30, 7),
    "rounding_rest_probability": (30, 7),
    "schedule_variance_median": ([10, 20], 1),
    "schedule_wasserstein2_mean": ([10, 20],),
    "subsample_mean_square": (3, 10, 1),
    "subsample_variance_mean": (3, 10, 1),
    "temperature_entropy": (3, P, 0.9),
    "temperature_probabilities": (3, P, 0.9),
    "tempered_half_life": (0.9,),
    "tempered_variance_mean": (3, 10, 0.9, 1),
    "top_p_mass": (3, P, 0.9),
    "top_p_survivors": (3, P, 0.9),
    "truncation_log_sd_drift": (7,),
    "typical_variance_factor": (2.0,),
    "typical_variance_mean": (3, 10, 2.0, 1),
    "unseen_probability": (10, 0.1),
    "verifier_breakdown": (0.9, 0.3),
    "verifier_good_share": (3, 0.8, 0.9, 0.3, 0.1),
    "verifier_good_share_limit": (0.9, 0.3, 0.1),
    "verifier_mean_square": (3, 10, 20, 0.3, 1.5),
    "verifier_mean_square_limit": (20, 0.3, 1.5),
    "web_mean_square": (3, 10, 0.5, 2.0, 1),
    "web_real_share": (3, 0.5, 2.0),
    "web_variance_mean": (3, 10, 0.5, 2.0, 1),
    "weighted_mean_square_limit": (10, 20, 0.5),
}
CURVES = [getattr(theory, name) for name in theory.__all__ if name not in ("ClosedForm", "SOURCES")]


def test_every_curve_has_an_example_and_a_place():
    assert {curve.__name__ for curve in CURVES} == set(EXAMPLES)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.__name__)
def test_a_curve_says_what_it_is(curve):
    assert curve.predicts == f"{curve.statistic} of the {curve.quantity}"
    assert curve.assumes and curve.misreading and curve.unit
    assert set(curve.source) <= set(theory.SOURCES)
    assert not curve.misreading.endswith(".") and not curve.assumes.endswith(".")
    text = inspect.getdoc(curve)
    for section in ("Parameters", "Returns", "Raises", "Notes"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    for name in inspect.signature(curve).parameters:
        assert f"\n{name} : " in text
    assert ("References" in text) == bool(curve.source)
    assert max(map(len, text.splitlines())) <= 100


def not_in_the_index(text):
    """Curves that the package's docstring does not lead to."""
    index = text.partition("What do you want to predict?")[2]
    return set(EXAMPLES) - set(re.findall(r"`(\w+)`", index))


def test_the_package_says_where_each_curve_is():
    text = theory.__doc__
    assert not_in_the_index(text) == set()
    assert set(re.findall(r"`(\w+)`", text)) == set(EXAMPLES) | {"ClosedForm"}
    assert not_in_the_index(text.replace("`half_life`", "half_life")) == {"half_life"}


def test_every_source_is_used():
    assert set(theory.SOURCES) == {key for curve in CURVES for key in curve.source}


def test_a_figure_can_ask_for_what_it_draws():
    assert theory.replace_variance_median.predicts == "median of the fitted variance"
    assert theory.refresh_variance_mean.predicts == "mean of the fitted variance"
    assert theory.anchor_variance_mean.predicts == theory.replace_variance_mean.predicts


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.__name__)
def test_every_argument_broadcasts(curve):
    arguments = EXAMPLES[curve.__name__]
    alone = np.asarray(curve(*arguments))
    assert np.all(np.isfinite(alone))
    names = inspect.signature(curve).parameters
    assert len(arguments) == len(names)
    for i, (name, argument) in enumerate(zip(names, arguments, strict=True)):
        words = names[name].annotation
        if np.ndim(argument):
            continue
        if words.startswith("one number"):
            with pytest.raises(ValueError, match=f"^{name} must be one number, not an array of sh"):
                curve(*arguments[:i], [argument, argument], *arguments[i + 1 :])
            continue
        pair = [*arguments[:i], np.array([argument, argument]), *arguments[i + 1 :]]
        stacked = np.asarray(curve(*pair))
        assert stacked.shape == (2, *alone.shape), name
        np.testing.assert_allclose(stacked, np.stack([alone, alone]), rtol=1e-13, err_msg=name)


def test_a_lone_number_gives_a_number():
    assert f"{theory.half_life(10):.3f}" == "3.143"
    assert isinstance(theory.replace_variance_mean(3, 10), float)


def test_a_recursion_broadcasts_over_everything_at_once():
    t, n, n_real = np.arange(4)[:, None, None], np.array([[10], [20]]), np.array([0, 5, 10])
    grid = theory.refresh_variance_mean(t, n, n_real)
    assert grid.shape == (4, 2, 3)
    for index in np.ndindex(grid.shape):
        single = theory.refresh_variance_mean(index[0], (10, 20)[index[1]], (0, 5, 10)[index[2]])
        assert grid[index] == pytest.approx(single, rel=1e-14)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: theory.half_life(1), "n must .*whole number.* at least 2, not 1"),
        (lambda: theory.half_life(10.5), "n must .*whole number.* at least 2, not 10.5"),
        (lambda: theory.half_life(np.nan), "n must .*whole number.* at least 2, not nan"),
        (lambda: theory.half_life("ten"), "n must .*whole number.* at least 2, not 'ten'"),
        (lambda: theory.half_life(10, 2), "ddof must be 0 or 1, not 2"),
        (
            lambda: theory.half_life(10, [0, 1]),
            r"ddof must be one number, not an array of shape \(2,\)",
        ),
        (
            lambda: theory.correlated_error_mean_square(1, 3, 0.5, architectures=4),
            "architectures must be at most models = 3, not 4",
        ),
        (
            lambda: theory.early_stopped_coefficient(1, 4.0, 0.6, 3),
            "rate must be at most 2 / eigenvalue = 0.5, not 0.6",
        ),
        (
            lambda: theory.refresh_bias_limit(0, 0.1),
            "real must be a number above 0 and at most 1, not 0",
        ),
        (lambda: theory.replace_variance_mean(-1, 10), "t must .*at least 0, not -1"),
        (
            lambda: theory.refresh_variance_mean(3_000_000, 10, 1),
            "t must be at most 100,000 where a curve is followed generation by generation, "
            "not 3,000,000",
        ),
        (lambda: theory.refresh_variance_mean(1, 10, 11), "n_real must be at most n = 10, not 11"),
        (
            lambda: theory.anchor_variance_limit([10, 20], [5, 21]),
            "n_real must be at most n = 20, not 21",
        ),
        (
            lambda: theory.refresh_heterozygosity_mean(1, 10, 11, 0.5),
            "n_real must be at most n = 10, not 11",
        ),
        (
            lambda: theory.replace_lyapunov_spectrum(5, 5),
            "dimensions must be at most n - 1 = 4, not 5",
        ),
        (
            lambda: theory.replace_lyapunov_spectrum(5, [1, 2]),
            r"dimensions must be one number, not an array of shape \(2,\)",
        ),
        (
            lambda: theory.replace_regression_error_mean(1, 5, 4),
            "features must be at most n - 2 = 3, not 4",
        ),
        (
            lambda: theory.mixed_regression_error_mean(20, 21, 2, 1.0),
            "n_shifted must be at most n = 20, not 21",
        ),
        (lambda: theory.replace_type_survival(1, 10, 11), "count must be at most n = 10, not 11"),
        (
            lambda: theory.replace_variance_quantile(0, 1, 10),
            "q must be a number above 0 and below 1, not 0",
        ),
        (
            lambda: theory.replace_variance_quantile([0.5, 1], 1, 10),
            "q must be a number above 0 and below 1, not 1",
        ),
        (
            lambda: theory.tempered_variance_mean(1, 10, 0),
            "bias must be a number above 0 and at most 1, not 0",
        ),
        (lambda: theory.unseen_probability(10, 1.5), "probability must be .*0 and 1, not 1.5"),
        (lambda: theory.heavy_tail_missing_mass(10, 1), "exponent must be .*above 1, not 1"),
        (lambda: theory.typical_variance_factor(0), "cutoff must be .*above 0, not 0"),
        (lambda: theory.kde_variance_limit(10, -1), "bandwidth must be .*at least 0, not -1"),
        (lambda: theory.replace_bias_mean(1, np.inf), "step must be a finite number, not inf"),
        (
            lambda: theory.missing_mass_mean(10, [0.5, 0.4]),
            "probabilities must sum to 1 along the last axis, not to 0.9",
        ),
        (
            lambda: theory.missing_mass_mean(10, 1.0),
            "probabilities must have an axis of categories, not be a lone number",
        ),
        (
            lambda: theory.curated_entropy(1, P, [0.1, 0.2]),
            "reward must hold a number for each of 3 categories, not 2",
        ),
        (lambda: theory.curated_entropy(1, P, 0.1), "reward must have one axis, not 0"),
        (
            lambda: theory.contaminated_mean_square(3, 10, 11),
            "n_real must be at most n = 10, not 11",
        ),
        (
            lambda: theory.top_p_survivors(1, [[1.0]], 0.5),
            "probabilities must have one axis here, not 2",
        ),
    ],
)
def test_bad_arguments_get_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        call()
