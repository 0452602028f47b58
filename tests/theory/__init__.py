"""Every closed form against a plain numpy simulation of what it describes."""
