"""The judges of the exercises, one file for each notebook and one function for each exercise."""
