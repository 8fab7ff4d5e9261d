"""The questions of the notebooks, one module for each, with the same name."""
