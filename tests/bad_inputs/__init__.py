"""Inputs that can't be used, and what a person is told of each; docs/bad-inputs.md shows them."""
