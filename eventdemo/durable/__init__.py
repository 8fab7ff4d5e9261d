"""The same listeners behind something that survives a crash."""
