"""An invented company to run the backend for: its rows in the database, and the backend on fakes of the services."""
