"""Every learner against the slow truth and the theory."""
