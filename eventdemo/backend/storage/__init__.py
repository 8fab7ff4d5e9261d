"""The database: its tables, units of work, and the queries that listeners make."""
