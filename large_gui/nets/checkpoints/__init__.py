"""Checkpoints of other programs: read as plain data, recognised, and converted."""
