"""What the notebooks ask before a run: one module a notebook, named like it."""
