"""Tests of text and the models that learn from it."""
