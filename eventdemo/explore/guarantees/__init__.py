"""Claims about order and their verdicts: guaranteed, scheduler-dependent, race, or fails in every schedule.

`guarantee.py` defines a guarantee. `start_order.py`, `end_order.py`, `registration.py`, `errors.py`, `chains.py` and
`article.py` contain them, `verdict.py` runs every schedule of each, and `table.py` prints the verdicts.
"""
