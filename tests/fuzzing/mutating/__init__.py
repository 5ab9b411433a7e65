"""Break a file in ways that keep its outer form, so that what is broken is reached by its reader."""
