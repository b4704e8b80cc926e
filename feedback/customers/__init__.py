"""Customers, their consents, and what happened to them: purchases, returns, order events. Knows nothing of surveys."""
