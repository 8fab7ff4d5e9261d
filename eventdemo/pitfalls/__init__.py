"""Hazards, one file each: what the article's code does as printed, beside the repair in `patterns/`."""
