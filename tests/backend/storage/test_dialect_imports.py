"""SQLAlchemy has a dialect for each database, whose import takes time, above all in a browser."""

import subprocess
import sys

PROGRAM = """
import sys
import eventdemo.backend.storage.model
from eventdemo.backend.storage.database import Database

Database("sqlite://").close()
print([name for name in sys.modules if name.startswith("sqlalchemy.dialects.") and "sqlite" not in name])
"""


def test_an_sqlite_database_imports_the_dialect_of_no_other():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert run.stdout == "['sqlalchemy.dialects._typing']\n"
