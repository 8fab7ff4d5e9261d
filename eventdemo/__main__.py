"""`python -m eventdemo` is the same as `eventdemo`."""

from eventdemo.cli import main

main()
