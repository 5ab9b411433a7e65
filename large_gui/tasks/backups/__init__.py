"""A project as one file that others can open: what was said of which images, by their content."""
