"""The article's four patterns and its fan-out, the sound way. Read in this order.

`auth.py` side effects of a logout; `lifecycle.py` hooks around a user's row; `sync_pipeline.py` one listener that
chains into three; `audit.py` a trail of approvals; `fan_out.py` two jobs that emit once per user. Each class takes the
bus, the store and the services it needs. None of them imports another pattern: `wiring.py` is where they meet.
"""
