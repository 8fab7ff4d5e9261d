"""SQLAlchemy has a dialect for each database, whose import takes time, above all in a browser."""

import subprocess
import sys


def test_an_sqlite_database_imports_the_dialect_of_no_other():
    program = """
import sys
import eventdemo.backend.storage.model
from eventdemo.backend.storage.database import Database

Database("sqlite://").close()
print([name for name in sys.modules if name.startswith(("sqlalchemy.dialects.mysql", "sqlalchemy.dialects.postgresql"))])
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"
