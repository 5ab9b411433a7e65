"""Checkpoints of other programs are read as plain data, recognised and converted."""
