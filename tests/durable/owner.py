"""A process that starts a server, prints its ids, and waits to be killed: `python -m tests.durable.owner Valkey`."""

import json
import sys
import time

from eventdemo.durable import servers


def main():
    with getattr(servers, sys.argv[1])() as server:
        ids = {"server": server.pid, "watchdog": server._watchdog.pid, "folder": str(server.folder)}
        sys.stdout.write(json.dumps(ids) + "\n")
        sys.stdout.flush()
        if sys.argv[2:] != ["leave"]:
            time.sleep(60)


if __name__ == "__main__":
    main()
