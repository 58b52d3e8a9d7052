"""Werkstof measured against the raw database, in the same run. docs/performance.md explains each figure."""
