"""The simulation held against reality: real servers, real processes, real kills."""
