"""The commands on projects: what a person did with a folder of images, as one file."""
