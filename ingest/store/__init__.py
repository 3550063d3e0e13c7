"""The edge where measurements are kept: SQLAlchemy Core on SQLite or PostgreSQL."""
