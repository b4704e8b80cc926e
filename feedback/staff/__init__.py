"""Staff accounts, the one table of permissions, API keys, and the audit of what people did and read."""
