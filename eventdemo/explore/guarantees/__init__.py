"""What is promised about order, what is asyncio's doing, and what is luck: each claim with a verdict that is computed.

`guarantee.py` says what a guarantee is; `starts.py`, `ends.py`, `registering.py`, `failing.py`, `chains.py` and
`article.py` hold them; `verdict.py` tries every schedule of each; `table.py` prints what comes of it.
"""
