"""The article's HTTP entry points, on FastAPI. `app.py` builds the app, `routes.py` lists the entry points.

The other modules hold what the backend behind them does not know: who may do what, and what a request may contain. All
of this needs the extra `web`.
"""
