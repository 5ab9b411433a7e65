"""Runs, the images of their folders, and the models that were made of them, as the window looks at them."""
