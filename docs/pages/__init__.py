"""The pages that are built from modules, scenarios, tests and notebooks, and the programs that print parts of pages."""
