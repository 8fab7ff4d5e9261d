"""The backend for an invented company: its rows in the database, and fakes in place of the services."""
