"""Files of other versions of the program: older ones are kept as they were, newer ones are only read."""
