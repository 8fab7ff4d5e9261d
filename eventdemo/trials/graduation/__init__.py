"""The same scenario in process and behind a durable engine, side by side.

`real.py` plays it in real time, on servers that exist; `graduate.py` runs both; `changes.py` says what is different;
`page.py` tells how fast the engines are.
"""
