"""Closed-form curves to hold beside a simulation.

Every function is a `ClosedForm`: in units of the truth's variance unless it says otherwise, it
carries what it predicts, where it holds, one way to misread it and its source, so that a figure
can ask for the theory of what it draws:
``theory.replace_variance_median.predicts == "median of the fitted variance"``. It broadcasts over
its arguments, save those of which it says "one number", as ddof, or "one row".

What do you want to predict?

**How wide a normal model is that learns from its own points only**

- on average: `replace_variance_mean`, `replace_sd_mean`; all lineages together:
  `replace_point_variance`; until half is left: `mean_half_life`
- the typical lineage, and its band: `replace_variance_median`, `replace_variance_quantile`,
  `replace_log_variance_quantile`; its pace: `replace_log_drift`, `replace_log_diffusion`; until
  half is left: `half_life`
- when it passes a level: `replace_passage_mean`, `replace_passage_probability`,
  `replace_sd_tail_bound`
- how far it is from the truth: `replace_wasserstein2_mean`, `replace_mean_square`
- with more points each time: `schedule_variance_median`, `schedule_wasserstein2_mean`
- in several dimensions: `replace_lyapunov_spectrum`, `replace_log_volume_drift`

**What other data do to it**

- new real points: `refresh_variance_mean`, `refresh_variance_limit`, `refresh_mean_square`,
  `refresh_mean_square_limit`; the same ones: `anchor_variance_mean`, `anchor_variance_limit`
- real points weighted: `weighted_mean_square_limit`, `optimal_real_weight`
- all points so far: `accumulate_variance_mean`, `accumulate_variance_limit`,
  `accumulate_mean_square`, `accumulate_error_ratio`; with new real ones among them:
  `contaminated_mean_square`, `contaminated_error_left`; a pick of them: `subsample_variance_mean`,
  `subsample_mean_square`
- points of unknown origin: `blend_variance_mean`, `blend_variance_limit`, `blend_mean_square`; a
  web of pages: `web_real_share`, `web_variance_mean`, `web_mean_square`

**Which categories survive, and how diverse they are**

- how many survive: `replace_survivors_mean`, after one generation or when all data are kept
  `one_generation_survivors`; how much of the truth is lost: `replace_missing_mass_mean`,
  `missing_mass_mean`, `good_turing_mean`, `heavy_tail_missing_mass`, `heavy_tail_cut_mass`; with
  more and more generated data, or with real ones among them: `cut_missing_mass_mean`
- whether one of them does: `unseen_probability`, `replace_type_survival`,
  `replace_forgetting_median`, `fixation_probability`, `recovery_probability`; a Poisson rate:
  `replace_poisson_survival`
- when one is left: `replace_absorption_mean`, `replace_unabsorbed_lower`,
  `replace_unabsorbed_upper`, `replace_last_survivor_mean`, `replace_last_survivor_sd`
- diversity: `replace_heterozygosity_mean`, `accumulate_heterozygosity_mean`,
  `refresh_heterozygosity_mean`, `refresh_heterozygosity_limit`, `blend_heterozygosity_mean`,
  `blend_heterozygosity_limit`

**What biased sampling does, even with infinite data**

- less variance each time: `tempered_variance_mean`, `tempered_half_life`,
  `typical_variance_factor`, `typical_variance_mean`; against new real points:
  `refresh_tempered_variance_mean`, `refresh_tempered_variance_limit`
- a shift each time: `replace_bias_mean`, `accumulate_bias_mean`, `refresh_bias_mean`,
  `refresh_bias_limit`
- what is liked is kept: `curated_probabilities`, `curated_reward_mean`, `curated_entropy`
- temperature and top-p: `temperature_probabilities`, `temperature_entropy`, `top_p_survivors`,
  `top_p_mass`; greedy decoding: `greedy_steps_mean`, `greedy_cycle_mean`

**What the learner does to its data**

- regression on its own labels: `replace_regression_error_mean`,
  `accumulate_regression_error_mean`, `accumulate_fresh_regression_error_mean`,
  `mixed_regression_error_mean`
- ridge, early stopping, a wrong family: `ridge_coefficient`, `early_stopped_coefficient`,
  `misfit_variance`
- a kernel: `kde_variance_mean`, `kde_variance_limit`, `kde_rule_variance_mean`
- a prior: `iterated_learning_mean`, `iterated_learning_half_life`,
  `iterated_learning_variance_limit`
- rounding: `truncation_log_sd_drift`, `rounding_log_sd_drift`, `rounding_rest_probability`,
  `rounding_freeze_size`; of points: `rounded_variance_mean`, `floor_mean_drift`

**Many models, and what may be done**

- errors in common: `correlated_error_mean_square`, `effective_models`, `correlated_crossover`
- a verifier: `verifier_good_share`, `verifier_good_share_limit`, `verifier_breakdown`; one who
  believes something: `verifier_mean_square`, `verifier_mean_square_limit`; a detector:
  `detector_real_share`; going back: `rollback_mean_square`

**How much of a cloud in many dimensions is tail**

- `any_tail_probability`, `beyond_radius_probability`, `radius_mean`, `radius_sd`,
  `ball_cube_ratio`, `bounding_box_escape_mean`; points to see it: `corner_sample_size`,
  `orthants_sample_size_mean`
"""

from collapse_lib.theory.categorical import (
    accumulate_heterozygosity_mean,
    blend_heterozygosity_limit,
    blend_heterozygosity_mean,
    cut_missing_mass_mean,
    fixation_probability,
    good_turing_mean,
    heavy_tail_cut_mass,
    heavy_tail_missing_mass,
    missing_mass_mean,
    one_generation_survivors,
    refresh_heterozygosity_limit,
    refresh_heterozygosity_mean,
    replace_absorption_mean,
    replace_forgetting_median,
    replace_heterozygosity_mean,
    replace_last_survivor_mean,
    replace_last_survivor_sd,
    replace_missing_mass_mean,
    replace_poisson_survival,
    replace_survivors_mean,
    replace_type_survival,
    replace_unabsorbed_lower,
    replace_unabsorbed_upper,
    unseen_probability,
)
from collapse_lib.theory.crawl import (
    blend_mean_square,
    blend_variance_limit,
    blend_variance_mean,
    web_mean_square,
    web_real_share,
    web_variance_mean,
)
from collapse_lib.theory.curve import (
    ClosedForm,
)
from collapse_lib.theory.dimension import (
    any_tail_probability,
    ball_cube_ratio,
    beyond_radius_probability,
    bounding_box_escape_mean,
    corner_sample_size,
    orthants_sample_size_mean,
    radius_mean,
    radius_sd,
)
from collapse_lib.theory.gaussian import (
    half_life,
    mean_half_life,
    replace_log_diffusion,
    replace_log_drift,
    replace_log_variance_quantile,
    replace_log_volume_drift,
    replace_lyapunov_spectrum,
    replace_mean_square,
    replace_passage_mean,
    replace_passage_probability,
    replace_point_variance,
    replace_sd_mean,
    replace_sd_tail_bound,
    replace_variance_mean,
    replace_variance_median,
    replace_variance_quantile,
    replace_wasserstein2_mean,
    schedule_variance_median,
    schedule_wasserstein2_mean,
)
from collapse_lib.theory.hardware import (
    floor_mean_drift,
    rounded_variance_mean,
    rounding_freeze_size,
    rounding_log_sd_drift,
    rounding_rest_probability,
    truncation_log_sd_drift,
)
from collapse_lib.theory.iterated import (
    iterated_learning_half_life,
    iterated_learning_mean,
    iterated_learning_variance_limit,
)
from collapse_lib.theory.mitigation import (
    correlated_crossover,
    correlated_error_mean_square,
    detector_real_share,
    effective_models,
    recovery_probability,
    rollback_mean_square,
    verifier_breakdown,
    verifier_good_share,
    verifier_good_share_limit,
    verifier_mean_square,
    verifier_mean_square_limit,
)
from collapse_lib.theory.pooled import (
    accumulate_mean_square,
    accumulate_variance_limit,
    accumulate_variance_mean,
    anchor_variance_limit,
    anchor_variance_mean,
    contaminated_error_left,
    contaminated_mean_square,
    optimal_real_weight,
    refresh_mean_square,
    refresh_mean_square_limit,
    refresh_tempered_variance_limit,
    refresh_tempered_variance_mean,
    refresh_variance_limit,
    refresh_variance_mean,
    subsample_mean_square,
    subsample_variance_mean,
    weighted_mean_square_limit,
)
from collapse_lib.theory.regression import (
    accumulate_error_ratio,
    accumulate_fresh_regression_error_mean,
    accumulate_regression_error_mean,
    early_stopped_coefficient,
    misfit_variance,
    mixed_regression_error_mean,
    replace_regression_error_mean,
    ridge_coefficient,
)
from collapse_lib.theory.sampling import (
    accumulate_bias_mean,
    curated_entropy,
    curated_probabilities,
    curated_reward_mean,
    greedy_cycle_mean,
    greedy_steps_mean,
    refresh_bias_limit,
    refresh_bias_mean,
    replace_bias_mean,
    temperature_entropy,
    temperature_probabilities,
    tempered_half_life,
    tempered_variance_mean,
    top_p_mass,
    top_p_survivors,
    typical_variance_factor,
    typical_variance_mean,
)
from collapse_lib.theory.smoothing import (
    kde_rule_variance_mean,
    kde_variance_limit,
    kde_variance_mean,
)
from collapse_lib.theory.sources import (
    SOURCES,
)

__all__ = [
    "SOURCES",
    "ClosedForm",
    "accumulate_bias_mean",
    "accumulate_error_ratio",
    "accumulate_fresh_regression_error_mean",
    "accumulate_heterozygosity_mean",
    "accumulate_mean_square",
    "accumulate_regression_error_mean",
    "accumulate_variance_limit",
    "accumulate_variance_mean",
    "anchor_variance_limit",
    "anchor_variance_mean",
    "any_tail_probability",
    "ball_cube_ratio",
    "beyond_radius_probability",
    "blend_heterozygosity_limit",
    "blend_heterozygosity_mean",
    "blend_mean_square",
    "blend_variance_limit",
    "blend_variance_mean",
    "bounding_box_escape_mean",
    "contaminated_error_left",
    "contaminated_mean_square",
    "corner_sample_size",
    "correlated_crossover",
    "correlated_error_mean_square",
    "curated_entropy",
    "curated_probabilities",
    "curated_reward_mean",
    "cut_missing_mass_mean",
    "detector_real_share",
    "early_stopped_coefficient",
    "effective_models",
    "fixation_probability",
    "floor_mean_drift",
    "good_turing_mean",
    "greedy_cycle_mean",
    "greedy_steps_mean",
    "half_life",
    "heavy_tail_cut_mass",
    "heavy_tail_missing_mass",
    "iterated_learning_half_life",
    "iterated_learning_mean",
    "iterated_learning_variance_limit",
    "kde_rule_variance_mean",
    "kde_variance_limit",
    "kde_variance_mean",
    "mean_half_life",
    "misfit_variance",
    "missing_mass_mean",
    "mixed_regression_error_mean",
    "one_generation_survivors",
    "optimal_real_weight",
    "orthants_sample_size_mean",
    "radius_mean",
    "radius_sd",
    "recovery_probability",
    "refresh_bias_limit",
    "refresh_bias_mean",
    "refresh_heterozygosity_limit",
    "refresh_heterozygosity_mean",
    "refresh_mean_square",
    "refresh_mean_square_limit",
    "refresh_tempered_variance_limit",
    "refresh_tempered_variance_mean",
    "refresh_variance_limit",
    "refresh_variance_mean",
    "replace_absorption_mean",
    "replace_bias_mean",
    "replace_forgetting_median",
    "replace_heterozygosity_mean",
    "replace_last_survivor_mean",
    "replace_last_survivor_sd",
    "replace_log_diffusion",
    "replace_log_drift",
    "replace_log_variance_quantile",
    "replace_log_volume_drift",
    "replace_lyapunov_spectrum",
    "replace_mean_square",
    "replace_missing_mass_mean",
    "replace_passage_mean",
    "replace_passage_probability",
    "replace_point_variance",
    "replace_poisson_survival",
    "replace_regression_error_mean",
    "replace_sd_mean",
    "replace_sd_tail_bound",
    "replace_survivors_mean",
    "replace_type_survival",
    "replace_unabsorbed_lower",
    "replace_unabsorbed_upper",
    "replace_variance_mean",
    "replace_variance_median",
    "replace_variance_quantile",
    "replace_wasserstein2_mean",
    "ridge_coefficient",
    "rollback_mean_square",
    "rounded_variance_mean",
    "rounding_freeze_size",
    "rounding_log_sd_drift",
    "rounding_rest_probability",
    "schedule_variance_median",
    "schedule_wasserstein2_mean",
    "subsample_mean_square",
    "subsample_variance_mean",
    "temperature_entropy",
    "temperature_probabilities",
    "tempered_half_life",
    "tempered_variance_mean",
    "top_p_mass",
    "top_p_survivors",
    "truncation_log_sd_drift",
    "typical_variance_factor",
    "typical_variance_mean",
    "unseen_probability",
    "verifier_breakdown",
    "verifier_good_share",
    "verifier_good_share_limit",
    "verifier_mean_square",
    "verifier_mean_square_limit",
    "web_mean_square",
    "web_real_share",
    "web_variance_mean",
    "weighted_mean_square_limit",
]
