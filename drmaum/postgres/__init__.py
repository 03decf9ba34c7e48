"""A database engine: PostgreSQL with a login that Secrets Manager keeps and rotates."""
