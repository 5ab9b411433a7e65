"""The commands that judge models: by labelled images, and by the pictures that they make."""
