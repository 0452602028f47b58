"""The papers that curves name as their source, by key."""

SOURCES: dict[str, str] = {
    "shumailov2024": (
        "Shumailov, Shumaylov, Zhao, Papernot, Anderson, Gal. AI models collapse when trained on "
        "recursively generated data. Nature 631:755-759 (2024), doi:10.1038/s41586-024-07566-y"
    ),
    "alemohammad2024": (
        "Alemohammad, Casco-Rodriguez, Luzi, Humayun, Babaei, LeJeune, Siahkoohi, Baraniuk. "
        "Self-Consuming Generative Models Go MAD. ICLR 2024, arXiv:2307.01850"
    ),
    "gerstgrasser2024": (
        "Gerstgrasser, Schaeffer, Dey, Rafailov, Pai, Sleight, Hughes, Korbak, Agrawal, Gromov, "
        "Roberts, Yang, Donoho, Koyejo. Is Model Collapse Inevitable? Breaking the Curse of "
        "Recursion by Accumulating Real and Synthetic Data. COLM 2024, arXiv:2404.01413"
    ),
    "kazdan2025": (
        "Kazdan, Schaeffer, Dey, Gerstgrasser, Rafailov, Donoho, Koyejo. Collapse or Thrive? "
        "Perils and Promises of Synthetic Data in a Self-Generating World. ICML 2025, "
        "PMLR 267:29469-29494, arXiv:2410.16713"
    ),
    "dey2024": (
        "Dey, Donoho. Universality of the π²/6 Pathway in Avoiding Model Collapse. "
        "arXiv:2410.22812 (2024)"
    ),
    "suresh2024": (
        "Suresh, Thangaraj, Khandavally. Rate of Model Collapse in Recursive Training. "
        "arXiv:2412.17646 (2024)"
    ),
    "dohmatob2024": (
        "Dohmatob, Feng, Yang, Charton, Kempe. A Tale of Tails: Model Collapse as a Change of "
        "Scaling Laws. ICML 2024, PMLR 235:11165-11197, arXiv:2402.07043"
    ),
    "dohmatob2024regression": (
        "Dohmatob, Feng, Kempe. Model Collapse Demystified: The Case of Regression. NeurIPS 2024, "
        "arXiv:2402.07712"
    ),
    "dohmatob2025": (
        "Dohmatob, Feng, Subramonian, Kempe. Strong Model Collapse. ICLR 2025, arXiv:2410.04840"
    ),
    "feng2024": (
        "Feng, Dohmatob, Yang, Charton, Kempe. Beyond Model Collapse: Scaling Up with Synthesized "
        "Data Requires Verification. arXiv:2406.07515 (2024)"
    ),
    "ferbach2024": (
        "Ferbach, Bertrand, Bose, Gidel. Self-Consuming Generative Models with Curated Data "
        "Provably Optimize Human Preferences. NeurIPS 2024, arXiv:2407.09499"
    ),
    "he2025": (
        "He, Xu, Cheng. Recursive Learning Without Collapse: A Weighting-Based Stabilization "
        "Framework. Journal of the Royal Statistical Society B (2026), doi:10.1093/jrsssb/qkag099, "
        "arXiv:2502.18049"
    ),
    "borji2024": "Borji. A Note on Shumailov et al. (2024). arXiv:2410.12954 (2024)",
    "wang2026": (
        "Wang, Niu, Li. Can Generative Artificial Intelligence Survive Data Contamination? "
        "Theoretical Guarantees under Contaminated Recursive Training. arXiv:2602.16065 (2026)"
    ),
    "yi2025": (
        "Yi, Liu, Cheng, Xu. Escaping Model Collapse via Synthetic Data Verification: Near-term "
        "Improvements and Long-term Convergence. arXiv:2510.16657 (2025)"
    ),
    "good1953": (
        "Good. The population frequencies of species and the estimation of population parameters. "
        "Biometrika 40:237-264 (1953)"
    ),
}
