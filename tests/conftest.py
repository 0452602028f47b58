"""The rules that every test runs under."""

from hypothesis import settings

# The same examples in every run, and never a verdict by the clock.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
